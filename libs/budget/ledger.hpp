/// The arithmetic of the tree. Everything here needs the tree's lock.
#pragma once

#include <algorithm>

#include "base/result.hpp"
#include "libs/budget/budget.hpp"

namespace budget {

/// What is drawn by a budget is granted by its parent, which counts it as used. `granted - spare here and below` is the
/// usage, exactly, without a counter that every charge would have to touch.
class Ledger {
  public:
    /// Deeper trees are refused.
    static constexpr base::u32 kMaximumDepth = 16;

    /// Makes `root` a tree of its own.
    static constexpr void plant(Budget& root, const Limits& limits, Charger& charger) {
        for (base::usize kind = 0; kind < kKinds; ++kind) {
            root.accounts_[kind].limit = std::min(limits[kind], kUnlimited);
        }
        root.charger_ = &charger;
    }

    static void uproot(Budget& root);

    static void name(Budget& budget, base::u64 id) { budget.id_ = id; }

    /// The id of the parent; 0: it is a root.
    static base::u64 parent_of(const Budget& budget) { return budget.parent_ == nullptr ? 0 : budget.parent_->id_; }

    static base::Result<void> attach(Budget& child, Budget& parent, const Limits& limits);
    static base::Result<void> detach(Budget& budget);
    static void close(Budget& budget);

    static base::Result<void> charge(Budget& budget, Kind kind, base::u64 amount);
    [[nodiscard]] static base::u64 usage(const Budget& budget, Kind kind);

    [[nodiscard]] static base::u64 limit(const Budget& budget, Kind kind) { return account(budget, kind).limit; }

    static base::Result<void> set_limit(Budget& budget, Kind kind, base::u64 limit);
    static base::Result<void> set_limits(Budget& budget, const Limits& limits);

    static base::Result<void> watch(Budget& budget, Kind kind, Pressure& pressure);
    static void unwatch(Budget& budget, Kind kind);

  private:
    using Account = Budget::Account;

    static Account& account(Budget& budget, Kind kind) { return budget.accounts_[index_of(kind)]; }

    static const Account& account(const Budget& budget, Kind kind) { return budget.accounts_[index_of(kind)]; }

    /// The next of the subtree of `top` after `at`, parents first; null at its end.
    static const Budget* next_in(const Budget& top, const Budget* at);

    static Budget* next_in(const Budget& top, Budget* at) {
        return const_cast<Budget*>(next_in(top, static_cast<const Budget*>(at)));
    }

    static base::u64 ceiling(const Account& account);
    static bool is_closed(const Budget& budget);
    /// Takes `amount` out of `budget`, drawing on those above where it is short. Null on success, else who refused, and
    /// nothing has changed.
    static Budget* obtain(Budget& budget, Kind kind, base::u64 amount);
    /// Moves the spare of all below `budget` to `budget`; returns how much that was.
    static base::u64 collect(Budget& budget, Kind kind);
    /// Returns the spare of `budget` to its parent.
    static void give_back(Budget& budget, Kind kind);
    /// Leaves `budget` granted what is used and no more.
    static void settle(Budget& budget, Kind kind);
    static base::Result<void> obtain_at_last(Budget& budget, Kind kind, base::u64 amount);
    static void fire(Budget& budget, Kind kind);
    static void rearm_above(Budget& budget, Kind kind);
    static void withhold(Budget& top, Kind kind);
    static void let_go(Budget& top, Kind kind);
    static void unlink(Budget& budget);
    /// Whether no more than `limit` is granted, if need be after settle().
    static bool fits(Budget& budget, Kind kind, base::u64 limit);
};

} // namespace budget
