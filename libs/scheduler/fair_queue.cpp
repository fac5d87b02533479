#include "libs/scheduler/fair_queue.hpp"

namespace scheduler {

using base::i64;
using base::Nanoseconds;
using base::u64;

/// What it is owed. What it owes becomes less as the others get ahead of it, as if it had waited here.
i64 FairQueue::lag_of(const Context& context) const {
    const i64 most = static_cast<i64>(2 * context.slice().value() * kVirtualUnit);
    i64 lag = context.lag_;
    if (lag < 0 && context.left_from_ == this) {
        lag = std::max(lag, std::min(weighted(context, average_ - context.virtual_time_), i64{0}));
    }
    return std::clamp(lag, -most, most);
}

/// Its being here moves the average towards it; so it is placed further away, and is owed then what it was owed before.
void FairQueue::place(Context& context) {
    const i64 lag = lag_of(context);
    i64 distance = lag / static_cast<i64>(context.weight_);
    if (weight_ != 0) {
        distance += lag / static_cast<i64>(weight_);
    }
    context.virtual_time_ = average_ - static_cast<u64>(distance);
    context.fraction_ = 0;
    weight_ += context.weight_;
    remainder_ -= distance * static_cast<i64>(context.weight_);
    settle_average();
}

void FairQueue::add(Context& context) {
    place(context);
    context.deadline_ = context.virtual_time_ + slice_of(context);
    tree_.insert(context);
}

void FairQueue::remove(Context& context) {
    tree_.remove(context);
    context.lag_ = weighted(context, average_ - context.virtual_time_);
    context.left_from_ = this;
    weight_ -= context.weight_;
    remainder_ += context.lag_;
    settle_average();
}

bool FairQueue::charge(Context& running, Nanoseconds ran) {
    const u64 progress = ran.value() * kVirtualUnit + running.fraction_;
    const u64 before = running.virtual_time_;
    running.virtual_time_ += progress / running.weight_;
    running.fraction_ = progress % running.weight_;
    remainder_ += weighted(running, running.virtual_time_ - before);
    settle_average();
    if (ByDeadline::is_earlier(running.virtual_time_, running.deadline_)) {
        tree_.refresh(running);
        return false;
    }
    // One that was alone had one request after the other, though nobody looked.
    const bool is_alone = tree_.count() == 1;
    begin_request(running, is_alone ? (running.virtual_time_ - running.deadline_) % slice_of(running) : 0);
    return !is_alone;
}

void FairQueue::begin_request(Context& context, u64 fulfilled) {
    tree_.remove(context);
    context.deadline_ = context.virtual_time_ + slice_of(context) - fulfilled;
    tree_.insert(context);
}

void FairQueue::reweigh(Context& context, u64 scaled_weight) {
    if (scaled_weight == context.weight_) {
        return;
    }
    const i64 left = weighted(context, context.deadline_ - context.virtual_time_);
    remove(context);
    context.weight_ = scaled_weight;
    place(context);
    context.deadline_ = context.virtual_time_ + std::max(static_cast<u64>(left) / scaled_weight, u64{1});
    tree_.insert(context);
}

std::optional<Nanoseconds> FairQueue::turn_left(const Context& running) const {
    if (tree_.count() <= 1) {
        return std::nullopt;
    }
    const i64 left = weighted(running, running.deadline_ - running.virtual_time_) - static_cast<i64>(running.fraction_);
    return Nanoseconds{left <= 0 ? 0 : (static_cast<u64>(left) + kVirtualUnit - 1) / kVirtualUnit};
}

u64 FairQueue::slice_of(const Context& context) {
    return std::max(context.slice().value() * kVirtualUnit / context.weight_, u64{1});
}

void FairQueue::settle_average() {
    if (weight_ == 0) {
        remainder_ = 0;
        return;
    }
    const i64 weight = static_cast<i64>(weight_);
    if (remainder_ >= 0 && remainder_ < weight) {
        return;
    }
    const i64 whole = remainder_ >= 0 ? remainder_ / weight : -((weight - 1 - remainder_) / weight);
    average_ += static_cast<u64>(whole);
    remainder_ -= whole * weight;
}

} // namespace scheduler
