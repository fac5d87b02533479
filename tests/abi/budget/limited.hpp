/// Budgets whose threads may have only so much of the processors.
#pragma once

#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/process/counters.hpp"

namespace tests::abi {

inline constexpr u64 kSecond = 1'000 * kMillisecond;
inline constexpr ::abi::ProcessorQuota kUnlimited{};
inline constexpr ::abi::ProcessorLimits kAnyShare{.share = kWeight, .zero = 0, .quota = kUnlimited};

constexpr ::abi::ProcessorLimits limited(u64 amount, u64 period) {
    return {.share = kWeight, .zero = 0, .quota = {.amount = amount, .period = period}};
}

/// What is asked of a budget here.
class Limited {
  public:
    Limited(BudgetCalls& budgets, const ::abi::ProcessorLimits& limits)
        : Limited(budgets, budgets.calls().root(ObjectKind::Budget), limits) {}

    Limited(BudgetCalls& budgets, Handle parent, const ::abi::ProcessorLimits& limits)
        : budgets_(budgets), handle_(budgets.create(parent, kNoLimits, limits).handle()) {}

    Limited(const Limited&) = delete;
    Limited& operator=(const Limited&) = delete;

    ~Limited() { budgets_.end(handle_); }

    [[nodiscard]] Handle handle() const { return handle_; }

    Error set(const ::abi::ProcessorLimits& limits) {
        return calls().call(handle_, BudgetCalls::method(::abi::BudgetMethod::SetProcessorLimits), limits).error;
    }

    Outcome reserve(u64 amount, u64 period) {
        return calls().call(handle_, BudgetCalls::method(::abi::BudgetMethod::ReserveRealTime),
                            ::abi::ProcessorQuota{.amount = amount, .period = period});
    }

    ::abi::ProcessorUsage usage() {
        return calls()
            .call(handle_, BudgetCalls::method(::abi::BudgetMethod::ProcessorUsage))
            .answer<::abi::ProcessorUsage>();
    }

  private:
    Calls& calls() { return budgets_.calls(); }

    BudgetCalls& budgets_;
    Handle handle_;
};

} // namespace tests::abi
