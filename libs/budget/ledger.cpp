#include "libs/budget/ledger.hpp"

#include <algorithm>

namespace budget {

using base::Error;
using base::Result;
using base::u64;
using base::usize;

namespace {

constexpr std::array kAllKinds{Kind::Memory, Kind::Capabilities, Kind::Threads};
static_assert(kAllKinds.size() == kKinds);

} // namespace

void Ledger::uproot(Budget& root) {
    ASSERT(root.first_child_ == nullptr, "a tree of budgets dies before its budgets");
    root.charger_ = nullptr;
}

Result<void> Ledger::attach(Budget& child, Budget& parent, const Limits& limits) {
    if (child.charger_ != nullptr || parent.charger_ == nullptr || is_closed(parent)) {
        return Error::BadState;
    }
    if (parent.depth_ + 1 >= kMaximumDepth || std::ranges::max(limits) > kUnlimited) {
        return Error::OutOfRange;
    }
    for (const Kind kind : kAllKinds) {
        Account& here = account(child, kind);
        here.limit = limits[index_of(kind)];
        while (here.spare.withheld() < account(parent, kind).spare.withheld()) {
            here.spare.withhold();
        }
    }
    child.charger_ = parent.charger_;
    child.depth_ = parent.depth_ + 1;
    child.parent_ = &parent;
    child.next_ = parent.first_child_;
    if (child.next_ != nullptr) {
        child.next_->previous_ = &child;
    }
    parent.first_child_ = &child;
    return {};
}

Result<void> Ledger::detach(Budget& budget) {
    const auto is_used = [&budget](Kind kind) { return usage(budget, kind) != 0; };
    if (budget.charger_ == nullptr || budget.parent_ == nullptr) {
        return Error::BadState;
    }
    if (budget.first_child_ != nullptr || std::ranges::any_of(kAllKinds, is_used)) {
        return Error::Busy;
    }
    for (const Kind kind : kAllKinds) {
        unwatch(budget, kind);
        give_back(budget, kind);
        while (account(budget, kind).spare.withheld() != 0) {
            account(budget, kind).spare.let_go();
        }
    }
    unlink(budget);
    return {};
}

void Ledger::unlink(Budget& budget) {
    Budget*& before = budget.previous_ != nullptr ? budget.previous_->next_ : budget.parent_->first_child_;
    before = budget.next_;
    if (budget.next_ != nullptr) {
        budget.next_->previous_ = budget.previous_;
    }
    budget.charger_ = nullptr;
    budget.parent_ = budget.next_ = budget.previous_ = nullptr;
    budget.closed_ = false;
}

void Ledger::close(Budget& budget) {
    if (budget.closed_) {
        return;
    }
    budget.closed_ = true;
    for (const Kind kind : kAllKinds) {
        withhold(budget, kind);
    }
}

const Budget* Ledger::next_in(const Budget& top, const Budget* at) {
    if (at->first_child_ != nullptr) {
        return at->first_child_;
    }
    while (at != &top && at->next_ == nullptr) {
        at = at->parent_;
    }
    return at == &top ? nullptr : at->next_;
}

u64 Ledger::ceiling(const Account& account) {
    return account.armed ? std::min(account.limit, account.pressure->above()) : account.limit;
}

bool Ledger::is_closed(const Budget& budget) {
    const Budget* at = &budget;
    while (at != nullptr && !at->closed_) {
        at = at->parent_;
    }
    return at != nullptr;
}

Budget* Ledger::obtain(Budget& budget, Kind kind, u64 amount) {
    std::array<u64, kMaximumDepth> taken{};
    std::array<u64, kMaximumDepth> lacking{};
    usize levels = 0;
    Budget* refusing = nullptr;
    for (Budget* at = &budget; at != nullptr && amount != 0 && refusing == nullptr; at = at->parent_) {
        Account& here = account(*at, kind);
        taken[levels] = here.spare.take_up_to(amount);
        amount -= taken[levels];
        lacking[levels++] = amount;
        if (amount != 0 && here.granted + amount > ceiling(here)) {
            refusing = at;
        }
    }
    Budget* at = &budget;
    for (usize level = 0; level < levels; ++level, at = at->parent_) {
        if (refusing != nullptr) {
            account(*at, kind).spare.give(taken[level]);
        } else {
            account(*at, kind).granted += lacking[level];
        }
    }
    return refusing;
}

u64 Ledger::collect(Budget& budget, Kind kind) {
    u64 sum = 0;
    for (Budget* at = next_in(budget, &budget); at != nullptr; at = next_in(budget, at)) {
        const u64 taken = account(*at, kind).spare.take_up_to(kUnlimited);
        for (Budget* above = at; above != &budget && taken != 0; above = above->parent_) {
            account(*above, kind).granted -= taken;
        }
        sum += taken;
    }
    account(budget, kind).spare.give(sum);
    return sum;
}

void Ledger::give_back(Budget& budget, Kind kind) {
    Account& here = account(budget, kind);
    const u64 amount = here.spare.take_up_to(kUnlimited);
    ASSERT(amount <= here.granted, "more was released than charged");
    here.granted -= amount;
    if (budget.parent_ != nullptr) {
        account(*budget.parent_, kind).spare.give(amount);
    }
}

void Ledger::settle(Budget& budget, Kind kind) {
    collect(budget, kind);
    give_back(budget, kind);
}

void Ledger::withhold(Budget& top, Kind kind) {
    for (Budget* at = &top; at != nullptr; at = next_in(top, at)) {
        account(*at, kind).spare.withhold();
    }
}

void Ledger::let_go(Budget& top, Kind kind) {
    for (Budget* at = &top; at != nullptr; at = next_in(top, at)) {
        account(*at, kind).spare.let_go();
    }
}

void Ledger::fire(Budget& budget, Kind kind) {
    Account& here = account(budget, kind);
    here.armed = false;
    // Each charge below comes here from now on, and sees how low usage was before it.
    withhold(budget, kind);
    here.pressure->run();
}

void Ledger::rearm_above(Budget& budget, Kind kind) {
    for (Budget* at = &budget; at != nullptr; at = at->parent_) {
        Account& here = account(*at, kind);
        if (here.pressure == nullptr || here.armed || usage(*at, kind) > here.pressure->rearmed_at()) {
            continue;
        }
        settle(*at, kind);
        here.armed = true;
        let_go(*at, kind);
    }
}

Result<void> Ledger::obtain_at_last(Budget& budget, Kind kind, u64 amount) {
    for (Budget* refusing = obtain(budget, kind, amount); refusing != nullptr;
         refusing = obtain(budget, kind, amount)) {
        if (collect(*refusing, kind) != 0) {
            continue;
        }
        // Nothing is spare below: the refusal is exact.
        const Account& here = account(*refusing, kind);
        if (!here.armed || usage(*refusing, kind) + amount <= here.pressure->above()) {
            return Error::OverBudget;
        }
        fire(*refusing, kind);
    }
    return {};
}

Result<void> Ledger::charge(Budget& budget, Kind kind, u64 amount) {
    if (amount > kUnlimited) {
        return Error::OverBudget;
    }
    // It may have left the tree since its charger was looked up, without the lock.
    if (budget.charger_ == nullptr || is_closed(budget)) {
        return Error::BadState;
    }
    rearm_above(budget, kind);
    Account& here = account(budget, kind);
    if (here.spare.withheld() == 0 && obtain(budget, kind, amount + batch_of(kind)) == nullptr) {
        here.spare.give(batch_of(kind));
        return {};
    }
    return obtain_at_last(budget, kind, amount);
}

u64 Ledger::usage(const Budget& budget, Kind kind) {
    u64 spare = 0;
    for (const Budget* at = &budget; at != nullptr; at = next_in(budget, at)) {
        spare += account(*at, kind).spare.value();
    }
    ASSERT(spare <= account(budget, kind).granted, "more was released than charged");
    return account(budget, kind).granted - spare;
}

Result<void> Ledger::set_limit(Budget& budget, Kind kind, u64 limit) {
    if (limit > kUnlimited) {
        return Error::InvalidArgument;
    }
    if (!fits(budget, kind, limit)) {
        return Error::Busy;
    }
    account(budget, kind).limit = limit;
    return {};
}

bool Ledger::fits(Budget& budget, Kind kind, u64 limit) {
    const Account& here = account(budget, kind);
    if (here.granted > limit) {
        settle(budget, kind);
    }
    return here.granted <= limit;
}

Result<void> Ledger::set_limits(Budget& budget, const Limits& limits) {
    if (std::ranges::max(limits) > kUnlimited) {
        return Error::InvalidArgument;
    }
    if (budget.charger_ == nullptr || is_closed(budget)) {
        return Error::BadState;
    }
    if (!std::ranges::all_of(kAllKinds, [&](Kind kind) { return fits(budget, kind, limits[index_of(kind)]); })) {
        return Error::Busy;
    }
    for (const Kind kind : kAllKinds) {
        account(budget, kind).limit = limits[index_of(kind)];
    }
    return {};
}

Result<void> Ledger::watch(Budget& budget, Kind kind, Pressure& pressure) {
    Account& here = account(budget, kind);
    if (here.pressure != nullptr) {
        return Error::Exists;
    }
    if (pressure.rearmed_at() > pressure.above()) {
        return Error::InvalidArgument;
    }
    here.pressure = &pressure;
    here.armed = true;
    settle(budget, kind);
    if (here.granted > pressure.above()) {
        fire(budget, kind);
    }
    return {};
}

void Ledger::unwatch(Budget& budget, Kind kind) {
    Account& here = account(budget, kind);
    if (here.pressure != nullptr && !here.armed) {
        let_go(budget, kind);
    }
    here.pressure = nullptr;
    here.armed = false;
}

} // namespace budget
