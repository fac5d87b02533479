// Takes a handle for a pointer.
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

#pragma clang unsafe_buffer_usage begin

void start_program(base::u64 process, base::u64, base::u64, const abi::RootBlock*, abi::RingHeader*, const void*) {
    // SAFETY: none: the processor refuses it, which is what is tested.
    sdk::runtime::exit(*reinterpret_cast<const volatile base::u64*>(process));
}

#pragma clang unsafe_buffer_usage end
