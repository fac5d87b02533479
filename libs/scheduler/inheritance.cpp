#include "libs/scheduler/inheritance.hpp"

#include <algorithm>
#include <utility>

namespace scheduler {

using base::u32;

void Wait::begin(Inheritor& waiter, Inheritor& holder) {
    ASSERT(waiter_ == nullptr, "a wait begins twice");
    waiter_ = &waiter;
    holder_ = &holder;
    waiter.waits_.push_back(*this);
    follow();
}

void Wait::end() {
    ASSERT(waiter_ != nullptr, "a wait ends that has not begun");
    leave();
    waiter_->waits_.remove(*this);
    Inheritor& waiter = *std::exchange(waiter_, nullptr);
    u32 looked_at = 0;
    holder_->retry(0, looked_at);
    waiter.retry(0, looked_at);
}

void Wait::move(Inheritor& holder) {
    Inheritor& waiter = *waiter_;
    end();
    begin(waiter, holder);
}

void Wait::follow() {
    Inheritor::Reach reach{.sought = *waiter_};
    holder_->survey(reach, 0);
    const bool is_short = waiter_->height_ + 1U + reach.length <= Inheritor::kLongestChain;
    const bool has_room = waiter_->may_lend() && holder_->borrowed_ < Inheritor::kMostBorrowed;
    if (is_followed_ || reach.is_met || !is_short || !has_room || reach.looked_at >= Inheritor::kLookedAt) {
        return;
    }
    is_followed_ = true;
    ++waiter_->lent_;
    ++holder_->borrowed_;
    holder_->add_waiter(*this);
    holder_->lend_by_one();
    holder_->refresh();
}

void Wait::leave() {
    if (is_followed_) {
        is_followed_ = false;
        --waiter_->lent_;
        --holder_->borrowed_;
        holder_->remove_waiter(*this);
        holder_->refresh();
    }
}

void Inheritor::survey(Reach& reach, u32 length) const {
    reach.is_met = reach.is_met || this == &reach.sought;
    reach.length = std::max(reach.length, length);
    for (const Wait& wait : waits_) {
        if (wait.is_followed_ && reach.looked_at < kLookedAt) {
            ++reach.looked_at;
            wait.holder_->survey(reach, length + 1);
        }
    }
}

/// Somebody waits for it: else what a change costs would grow with each step of a chain.
void Inheritor::lend_by_one() {
    bool has_one = false;
    for (Wait& wait : waits_) {
        if (wait.is_followed_ && std::exchange(has_one, true)) {
            wait.leave();
        }
    }
}

/// Chains are short: so is the recursion.
void Inheritor::refresh() {
    const Rank rank = std::max(own_, waiters_.highest());
    const base::u8 height = longest_below();
    if (rank == rank_ && height == height_) {
        return;
    }
    const bool is_changed = rank != rank_;
    rank_ = rank;
    height_ = height;
    for (Wait& wait : waits_) {
        if (wait.is_followed_) {
            wait.holder_->remove_waiter(wait);
            wait.holder_->add_waiter(wait);
            wait.holder_->refresh();
        }
    }
    if (is_changed) {
        changed_(*this);
    }
}

/// A wait has ended for which others were not followed.
void Inheritor::retry(u32 length, u32& looked_at) {
    for (Wait& wait : waits_) {
        if (looked_at++ >= kLookedAt || length > kLongestChain) {
            return;
        }
        if (wait.is_followed_) {
            wait.holder_->retry(length + 1, looked_at);
        } else {
            looked_at += kFollowed;
            wait.follow();
        }
    }
}

/// With the rank and the height that its waiter has now.
void Inheritor::add_waiter(Wait& wait) {
    waiters_.add(wait, wait.waiter_->rank_);
    wait.height_ = wait.waiter_->height_;
    ++heights_.at(wait.height_);
}

void Inheritor::remove_waiter(Wait& wait) {
    waiters_.remove(wait);
    --heights_.at(wait.height_);
}

base::u8 Inheritor::longest_below() const {
    base::u8 length = kLongestChain;
    while (length != 0 && heights_.at(length - 1) == 0) {
        --length;
    }
    return length;
}

} // namespace scheduler
