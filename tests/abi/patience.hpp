/// Waits that end as soon as what is waited for is so.
#pragma once

#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi {

inline constexpr u64 kMillisecond = 1'000'000;

/// For `span` nanoseconds, or longer if others run.
inline void sleep(Calls& calls, u64 span) {
    const u64 end = calls.now() + span;
    while (calls.now() < end) {
        sdk::runtime::submit(0, 1, end);
    }
}

/// Whether holds() does, in twenty seconds: the host may have little time for a processor.
template <class Holds>
bool comes_true(Calls& calls, Holds holds) {
    constexpr u64 kPatience = 20'000 * kMillisecond;
    const u64 end = calls.now() + kPatience;
    bool is_so = holds();
    while (!is_so && calls.now() < end) {
        sleep(calls, kMillisecond);
        is_so = holds();
    }
    return is_so;
}

} // namespace tests::abi
