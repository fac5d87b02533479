/// What one operation may spend of a budget while it holds locks.
///
/// The tree of budgets has the first lock of all, so whoever holds another may only draw from what a budget has at
/// hand. When that does not suffice the operation gives up, nothing changed, lets its locks go, has the purse refilled,
/// and begins again.
#pragma once

#include "base/result.hpp"
#include "libs/budget/budget.hpp"

namespace kernel::object {

/// Bytes of one budget. Belongs to one operation; what is left goes back when it ends.
class Purse {
  public:
    explicit Purse(budget::Budget& budget) : budget_(&budget) {}

    Purse(const Purse&) = delete;
    Purse& operator=(const Purse&) = delete;

    ~Purse() {
        if (filled_ != 0) {
            budget_->release(budget::Kind::Memory, filled_);
        }
    }

    [[nodiscard]] budget::Budget& budget() const { return *budget_; }

    /// Pays `bytes`. False: there is too little at hand, and refill() is to be called when no lock is held.
    [[nodiscard]] bool spend(base::u64 bytes) {
        if (bytes <= filled_) [[unlikely]] {
            filled_ -= bytes;
            return true;
        }
        if (budget_->charge_from_spare(budget::Kind::Memory, bytes)) [[likely]] {
            return true;
        }
        missing_ += bytes - filled_;
        return false;
    }

    /// What was spent and not used after all.
    void give_back(base::u64 bytes) { budget_->release(budget::Kind::Memory, bytes); }

    [[nodiscard]] bool lacks() const { return missing_ != 0; }

    /// What follows is another operation.
    void forget_refills() { refilled_ = 0; }

    /// Draws what was missing, and what the same operation has spent that lacked before, for it spends all of it again.
    /// With no lock held. OverBudget, or what else charge() refuses with.
    base::Result<void> refill();

  private:
    budget::Budget* budget_;
    base::u64 filled_ = 0;
    base::u64 missing_ = 0;
    base::u64 refilled_ = 0; ///< to what refill() has filled it last
};

} // namespace kernel::object
