// Writes to its own code.
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

#pragma clang unsafe_buffer_usage begin

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock*, abi::RingHeader*, const void*) {
    // SAFETY: none: the processor refuses it, which is what is tested.
    *reinterpret_cast<volatile base::u64*>(&start_program) = 0;
    sdk::runtime::exit(0);
}

#pragma clang unsafe_buffer_usage end
