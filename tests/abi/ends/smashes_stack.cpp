// Writes beyond a buffer of its own.
#include <array>

#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

#pragma clang unsafe_buffer_usage begin

namespace {

/// Volatile: else the compiler knows which bytes are written, and that no canary need guard them.
volatile base::usize count = 32;

/// In a function of its own, which returns: only then is the canary looked at.
[[gnu::noinline]] void overflow() {
    std::array<char, 16> buffer;
    // SAFETY: none: it goes beyond the buffer, which is what is tested.
    volatile char* const start = buffer.data();
    for (base::usize index = 0; index < count; ++index) {
        start[index] = 'x';
    }
}

} // namespace

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock*, abi::RingHeader*, const void*) {
    overflow();
    sdk::runtime::exit(0);
}

#pragma clang unsafe_buffer_usage end
