// Ends with a code that says it failed.
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock*, abi::RingHeader*, const void*) {
    constexpr base::u64 kFailed = 3;
    sdk::runtime::exit(kFailed);
}
