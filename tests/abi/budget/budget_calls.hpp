/// Budgets below the test's own.
#pragma once

#include <string_view>

#include "tests/abi/calls.hpp"
#include "tests/abi/checks.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

inline constexpr ::abi::BudgetLimits kNoLimits{
    .memory_bytes = ::abi::kNoLimit, .capabilities = ::abi::kNoLimit, .threads = ::abi::kNoLimit};

class BudgetCalls {
  public:
    explicit BudgetCalls(Calls& calls) : calls_(calls) {}

    static constexpr u16 method(::abi::BudgetMethod number) { return method_of(ObjectKind::Budget, number); }

    Outcome create(Handle parent, const ::abi::BudgetLimits& limits = kNoLimits,
                   const ::abi::ProcessorLimits& processors = {}) {
        return calls_.call(parent, method(::abi::BudgetMethod::CreateBudget),
                           ::abi::CreateBudgetArguments{.limits = limits, .processors = processors});
    }

    /// One below the test's own.
    Handle create(const ::abi::BudgetLimits& limits = kNoLimits) {
        return create(calls_.root(ObjectKind::Budget), limits).handle();
    }

    Error set_limits(Handle budget, const ::abi::BudgetLimits& limits) {
        return calls_.call(budget, method(::abi::BudgetMethod::SetLimits), limits).error;
    }

    Error usage_error(Handle budget) { return calls_.call(budget, method(::abi::BudgetMethod::Usage)).error; }

    ::abi::BudgetUsage usage(Handle budget) {
        return calls_.call(budget, method(::abi::BudgetMethod::Usage)).answer<::abi::BudgetUsage>();
    }

    Error destroy(Handle budget) { return calls_.call(budget, method(::abi::BudgetMethod::Destroy)).error; }

    /// Destroys it and drops it.
    Error end(Handle budget) {
        const Error ended = destroy(budget);
        calls_.drop(budget);
        return ended;
    }

    Outcome create_memory(Handle budget, u64 bytes) {
        return calls_.call(budget, method(::abi::BudgetMethod::CreateMemory),
                           ::abi::CreateMemoryArguments{.bytes = bytes, .is_fixed = 0});
    }

    /// Gives `memory` frames of its own until that fails.
    Error commit_all(Handle memory, u64 bytes) {
        Error error = kGood;
        for (u64 done = 0; done < bytes && error == kGood;) {
            const Outcome outcome = commit(memory, bytes - done, done);
            error = outcome.error;
            done += outcome.answer<u64>();
        }
        return error;
    }

    /// The same with what one call does; answers bytes, or the error.
    Outcome commit(Handle memory, u64 bytes, u64 offset = 0) {
        return calls_.call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Commit),
                           ::abi::RangeArguments{.address = offset, .bytes = bytes});
    }

    /// Settled usage of the test's own budget.
    ::abi::BudgetUsage settled() {
        drop_many();
        return settled_usage(calls_);
    }

    /// Whether it is that of `before` again, now or soon, after much that made more than kWaiting capabilities.
    void expect_settled(Checks& checks, std::string_view what, const ::abi::BudgetUsage& before) {
        drop_many();
        ::abi::BudgetUsage now{};
        rest_until(calls_, [&] {
            now = abi::usage(calls_);
            return now.memory_bytes == before.memory_bytes && now.threads == before.threads;
        });
        checks.equal(what, "give their memory back", now.memory_bytes, before.memory_bytes);
        checks.equal(what, "give their threads back", now.threads, before.threads);
        checks.that(what, "give their capabilities back", now.capabilities <= before.capabilities + kWaiting);
    }

    Calls& calls() { return calls_; }

  private:
    /// Slots that were dropped last and wait for their grace period.
    static constexpr u64 kWaiting = 3;

    /// What was dropped before is given back, a few with each drop.
    void drop_many() {
        constexpr u32 kDrops = 200;
        for (u32 i = 0; i < kDrops; ++i) {
            calls_.drop(calls_.derive(calls_.root(ObjectKind::Budget), ::abi::kRead));
        }
    }

    Calls& calls_;
};

/// While it lives, what the test makes is charged to `budget`.
class Paid {
  public:
    Paid(Calls& calls, Handle budget) : calls_(calls), own_(calls.root(ObjectKind::Budget)) {
        calls.set_root(ObjectKind::Budget, budget);
    }

    Paid(const Paid&) = delete;
    Paid& operator=(const Paid&) = delete;

    ~Paid() { calls_.set_root(ObjectKind::Budget, own_); }

  private:
    Calls& calls_;
    Handle own_;
};

} // namespace tests::abi
