#include "kernel/object/budget_watch.hpp"

#include "kernel/core/kernel.hpp"

namespace kernel::object {

base::Result<void> BudgetWatch::begin(budget::Budget& budget, budget::Kind kind) {
    home_ = &processor::this_processor();
    TRY(core::kernel().budgets.watch(budget, kind, *this));
    budget_ = &budget;
    kind_ = kind;
    return {};
}

void BudgetWatch::end() {
    if (budget_ == nullptr) {
        return;
    }
    core::kernel().budgets.unwatch(*budget_, kind_);
    budget_ = nullptr;
    // Nobody posts it any more; what is on its way would find nothing.
    while (is_posted()) {
        home_->drain();
    }
}

/// Under the lock of all budgets: told later.
void BudgetWatch::warn(Pressure& pressure) {
    auto& watch = static_cast<BudgetWatch&>(pressure);
    watch.home_->post(watch);
}

void BudgetWatch::arrive(Message& message) {
    auto& watch = static_cast<BudgetWatch&>(message);
    if (watch.budget_ != nullptr) {
        watch.notify_(watch);
    }
}

} // namespace kernel::object
