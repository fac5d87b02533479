/// A tree of budgets behind its lock.
///
///     Tree<KernelLock, kBudgetTreeLock> tree(limits_of_the_machine);
///     Budget process;
///     TRY(tree.attach(process, tree.root(), limits));
#pragma once

#include <optional>

#include "base/guarded.hpp"
#include "base/intrusive_tree.hpp"
#include "libs/budget/ledger.hpp"

namespace budget {

/// What a budget is at one moment.
struct Figures {
    base::u64 id;
    base::u64 parent; ///< its id; 0: the root has none
    std::array<base::u64, kKinds> used;
    Limits limits;
};

/// Owns the root; all other budgets belong to who attaches them, who must detach them before the tree dies. Everything
/// that walks holds the lock for as long as it takes to visit the budgets of one subtree.
template <base::RankedLock Lock, const base::LockClass& kClass>
class Tree final : private Charger {
  public:
    constexpr explicit Tree(const Limits& limits) {
        Ledger::plant(root_, limits, *this);
        links_.with([this](Links& links) { links.add(root_); });
    }

    ~Tree() {
        links_.with([this](Links& links) { links.by_id.remove(root_); });
        Ledger::uproot(root_);
    }

    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Budget& root() { return root_; }

    /// Puts `child`, which is in no tree, under `parent`. The limits of children may exceed the parent's, which holds
    /// as well. BadState if `child` is in a tree already, or `parent` is closed or in none; OutOfRange if the tree
    /// would be deeper than Ledger::kMaximumDepth, or a limit is above kUnlimited.
    base::Result<void> attach(Budget& child, Budget& parent, const Limits& limits) {
        return links_.with([&](Links& links) -> base::Result<void> {
            TRY(Ledger::attach(child, parent, limits));
            links.add(child);
            return {};
        });
    }

    /// Takes `budget` out; what it held ready goes back to its parent. Busy while it has children or pays for
    /// anything: whoever destroys a budget closes it, ends what it pays for, then detaches it. BadState for the root.
    base::Result<void> detach(Budget& budget) {
        return links_.with([&](Links& links) -> base::Result<void> {
            TRY(Ledger::detach(budget));
            links.by_id.remove(budget);
            return {};
        });
    }

    /// From now on charges and attachments here and below are refused with BadState; releases are not.
    void close(Budget& budget) {
        locked([&] { Ledger::close(budget); });
    }

    /// What is charged to `budget` and all below. Exact when nobody charges or releases meanwhile.
    [[nodiscard]] base::u64 usage(const Budget& budget, Kind kind) {
        return locked([&] { return Ledger::usage(budget, kind); });
    }

    /// The budget with the lowest id above `id`; nothing: there is none. Parents come before their children.
    [[nodiscard]] std::optional<Figures> next_after(base::u64 id) {
        return links_.with([id](Links& links) -> std::optional<Figures> {
            const Budget* const next = links.by_id.at_or_after(id + 1);
            if (next == nullptr || id == ~base::u64{0}) {
                return std::nullopt;
            }
            return figures_of(*next);
        });
    }

    /// BadState: it is in no tree.
    base::Result<Figures> figures(const Budget& budget) {
        return links_.with([&budget](Links&) {
            return budget.is_attached() ? base::Result<Figures>{figures_of(budget)}
                                        : base::Result<Figures>{base::Error::BadState};
        });
    }

    [[nodiscard]] base::u64 limit(const Budget& budget, Kind kind) {
        return locked([&] { return Ledger::limit(budget, kind); });
    }

    /// Busy if more is used than the new limit: then nothing has changed. InvalidArgument above kUnlimited.
    base::Result<void> set_limit(Budget& budget, Kind kind, base::u64 limit) {
        return locked([&] { return Ledger::set_limit(budget, kind, limit); });
    }

    /// All limits at once. InvalidArgument above kUnlimited; BadState: it is closed, or in no tree; Busy if more of
    /// anything is used than its new limit. Then nothing has changed.
    base::Result<void> set_limits(Budget& budget, const Limits& limits) {
        return locked([&] { return Ledger::set_limits(budget, limits); });
    }

    /// Has `pressure`, which must live until unwatch() or detach(), run when the usage of `budget` goes above its
    /// figure; at once if it is above already. Exists if someone watches already; InvalidArgument if the two figures of
    /// `pressure` are in the wrong order.
    base::Result<void> watch(Budget& budget, Kind kind, Pressure& pressure) {
        return locked([&] { return Ledger::watch(budget, kind, pressure); });
    }

    void unwatch(Budget& budget, Kind kind) {
        locked([&] { Ledger::unwatch(budget, kind); });
    }

  private:
    /// The lock guards the links and figures of all budgets, which lie in the budgets.
    struct Links {
        void add(Budget& budget) {
            Ledger::name(budget, ++last_id);
            by_id.insert(budget);
        }

        base::IntrusiveTree<Budget, &Budget::id> by_id;
        base::u64 last_id = 0;
    };

    static Figures figures_of(const Budget& budget) {
        Figures figures{.id = budget.id(), .parent = Ledger::parent_of(budget), .used = {}, .limits = {}};
        for (base::usize index = 0; index < kKinds; ++index) {
            const auto kind = static_cast<Kind>(index);
            figures.used.at(index) = Ledger::usage(budget, kind);
            figures.limits.at(index) = Ledger::limit(budget, kind);
        }
        return figures;
    }

    template <class F>
    auto locked(F&& body) {
        return links_.with([&](Links&) { return body(); });
    }

    base::Result<void> charge_slowly(Budget& budget, Kind kind, base::u64 amount) override {
        return locked([&] { return Ledger::charge(budget, kind, amount); });
    }

    base::Guarded<Links, Lock, kClass> links_;
    Budget root_;
};

} // namespace budget
