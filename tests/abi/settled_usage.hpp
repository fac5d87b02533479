/// What the test's budget has used, when what nobody needs any more has been given back.
#pragma once

#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi {

/// As the kernel counts it at this moment.
inline ::abi::BudgetUsage usage(Calls& calls) {
    return calls.call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::Usage))
        .answer<::abi::BudgetUsage>();
}

/// Lets the processor rest a few times, so that it gives back what nobody waits for, until `is_settled()`, or for long.
template <class Settled>
void rest_until(Calls& calls, Settled is_settled) {
    constexpr u64 kStep = 1'000'000;
    constexpr u64 kLongest = 30'000 * kStep;
    // Deadlines that are past already lead on at once.
    const u64 start_of_rests = calls.now();
    for (u64 deadline = start_of_rests + kStep; deadline < start_of_rests + kLongest; deadline += kStep) {
        constexpr u64 kTicksOfRest = 300'000;
        const u64 start = __builtin_readcyclecounter();
        sdk::runtime::submit(0, 1, deadline);
        if (__builtin_readcyclecounter() - start > kTicksOfRest && is_settled()) {
            return;
        }
    }
}

/// After some rests: what there is to compare with.
inline ::abi::BudgetUsage settled_usage(Calls& calls) {
    constexpr u32 kRests = 20;
    ::abi::BudgetUsage now{};
    u32 rests = 0;
    rest_until(calls, [&] {
        now = usage(calls);
        return ++rests == kRests;
    });
    return now;
}

/// The usage is that of `before` again, or what it is after a long rest.
inline ::abi::BudgetUsage usage_after(Calls& calls, const ::abi::BudgetUsage& before) {
    ::abi::BudgetUsage now{};
    rest_until(calls, [&] {
        now = usage(calls);
        return now.memory_bytes == before.memory_bytes && now.capabilities == before.capabilities;
    });
    return now;
}

} // namespace tests::abi
