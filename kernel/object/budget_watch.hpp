/// A word of warning before a budget refuses.
#pragma once

#include "base/result.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/budget/budget.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::object {

/// Tells somebody that a budget is used above a figure, so that he can give something back before he is refused:
/// notify(watch) is called on the processor where it began, with no lock held, soon after each time that usage rises
/// above it; then not again until usage was at or below `rearmed_at`. An Event will stand behind this interface.
class BudgetWatch : budget::Pressure, mailbox::Message {
  public:
    using Notify = void (*)(BudgetWatch& watch);

    BudgetWatch(base::u64 above, base::u64 rearmed_at, Notify notify)
        : Pressure(above, rearmed_at, &BudgetWatch::warn), Message(&BudgetWatch::arrive), notify_(notify) {}

    /// Before it dies: end(), if it has begun.
    ~BudgetWatch() { ASSERT(budget_ == nullptr, "a watch dies that is told of a budget"); }

    BudgetWatch(const BudgetWatch&) = delete;
    BudgetWatch& operator=(const BudgetWatch&) = delete;

    /// Errors as of budget::Tree::watch().
    base::Result<void> begin(budget::Budget& budget, budget::Kind kind);

    /// On the same processor, with no lock held.
    void end();

  private:
    static void warn(Pressure& pressure);
    static void arrive(Message& message);

    Notify notify_;
    budget::Budget* budget_ = nullptr;
    budget::Kind kind_{};
    processor::Processor* home_ = nullptr;
};

} // namespace kernel::object
