/// One budget of the tree: a limit for each kind, and who has used how much.
///
///     TRY(budget.charge(Kind::Memory, base::kPageSize));      // OverBudget: nothing was charged
///     budget.release(Kind::Memory, base::kPageSize);
#pragma once

#include <array>

#include "base/assert.hpp"
#include "base/intrusive_tree.hpp"
#include "base/result.hpp"
#include "libs/budget/kind.hpp"
#include "libs/budget/pressure.hpp"
#include "libs/budget/spare.hpp"

namespace budget {

class Budget;

/// Where a charge goes that the budget's own spare does not cover: the tree.
class Charger {
  public:
    virtual base::Result<void> charge_slowly(Budget& budget, Kind kind, base::u64 amount) = 0;

  protected:
    ~Charger() = default;
};

/// Owned by who made it; in a tree from Tree::attach() to Tree::detach(). Charging and releasing is safe from any
/// thread; all else about it is the tree's.
class Budget : public base::TreeLink<> {
  public:
    constexpr Budget() = default;
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    ~Budget() { ASSERT(charger_ == nullptr, "a budget dies in its tree"); }

    /// Charges `amount` to this budget, which counts in all above it. OverBudget if usage would go over the limit of
    /// one of them, and only then; BadState if one is closed, or this is in no tree. May take the tree's lock, the
    /// first in the order of locks.
    base::Result<void> charge(Kind kind, base::u64 amount) {
        if (accounts_[index_of(kind)].spare.take(amount)) [[likely]] {
            return {};
        }
        return charge_slowly(kind, amount);
    }

    /// The same without any lock, for those who hold one: false if the spare does not cover it, also where the tree
    /// would.
    bool charge_from_spare(Kind kind, base::u64 amount) { return accounts_[index_of(kind)].spare.take(amount); }

    /// Gives back what charge() granted, in any portions. Takes no lock.
    void release(Kind kind, base::u64 amount) { accounts_[index_of(kind)].spare.give(amount); }

    [[nodiscard]] bool is_attached() const { return charger_ != nullptr; }

    /// Names it in its tree, as long as it is there; never used again.
    [[nodiscard]] base::u64 id() const { return id_; }

  private:
    friend class Ledger;

    struct Account {
        Spare spare;
        base::u64 limit = 0;
        base::u64 granted = 0; ///< drawn from the parent: used here and below, and spare here and below
        Pressure* pressure = nullptr;
        bool armed = false; ///< while armed, granted <= pressure->above()
    };

    base::Result<void> charge_slowly(Kind kind, base::u64 amount);

    std::array<Account, kKinds> accounts_;
    Charger* charger_ = nullptr;
    Budget* parent_ = nullptr;
    Budget* first_child_ = nullptr;
    Budget* next_ = nullptr; ///< sibling
    Budget* previous_ = nullptr;
    base::u64 id_ = 0; ///< given by the tree
    base::u32 depth_ = 0;
    bool closed_ = false;
};

} // namespace budget
