#include "libs/scheduler/run_queue.hpp"

namespace scheduler {

using base::Nanoseconds;
using base::Result;
using base::u64;
using base::usize;

void RunQueue::insert(Context& context) {
    const Rank rank = context.rank();
    if (rank.is_real_time()) {
        real_time_.add(context);
    } else {
        fair(rank).add(context);
    }
}

void RunQueue::extract(Context& context) {
    const Rank rank = context.rank();
    if (rank.is_real_time()) {
        real_time_.remove(context);
    } else {
        fair(rank).remove(context);
    }
}

void RunQueue::add(Context& context) {
    ASSERT(!context.is_queued(), "a context was added twice");
    insert(context);
    context.queue_.store(this, std::memory_order_relaxed);
    ++count_;
}

void RunQueue::remove(Context& context) {
    ASSERT(context.queue() == this, "a context was removed that is not in this queue");
    extract(context);
    context.queue_.store(nullptr, std::memory_order_release);
    --count_;
    running_ = running_ == &context ? nullptr : running_;
}

Context* RunQueue::pick(RealTime real_time) {
    Context* const urgent = real_time_.pick();
    if (urgent != nullptr && (real_time == RealTime::Runs || !has_fair())) {
        return urgent;
    }
    for (usize index = fair_.size(); index-- != 0;) {
        if (Context* const first = fair_[index].pick(); first != nullptr) {
            return first;
        }
    }
    return nullptr;
}

bool RunQueue::charge(Nanoseconds elapsed, Nanoseconds stolen) {
    ASSERT(running_ != nullptr, "nobody runs who could be charged");
    Context& running = *running_;
    const Nanoseconds ran = elapsed - std::min(stolen, elapsed);
    running.used_ += ran;
    running.runner_->note(ran);
    const Rank rank = running.rank();
    return rank.is_real_time() ? real_time_.charge(running, ran) : fair(rank).charge(running, ran);
}

void RunQueue::yield() {
    ASSERT(running_ != nullptr, "nobody runs who could yield");
    const Rank rank = running_->rank();
    if (rank.is_real_time()) {
        real_time_.yield(*running_);
    } else {
        fair(rank).yield(*running_);
    }
}

bool RunQueue::preempts(const Context& woken) {
    ASSERT(woken.queue() == this);
    const Rank rank = woken.rank();
    if (running_ == nullptr || rank != running_->rank()) {
        return running_ == nullptr || rank > running_->rank();
    }
    if (rank != Rank::of(Parameters::interactive())) {
        return false;
    }
    FairQueue& queue = fair(rank);
    if (queue.comes_before(woken, *running_)) {
        return true;
    }
    const bool gives_way = queue.is_eligible(woken) && queue.can_be_interrupted(*running_);
    if (gives_way) {
        queue.yield(*running_);
    }
    return gives_way;
}

std::optional<Nanoseconds> RunQueue::next_decision() const {
    if (running_ == nullptr) {
        return std::nullopt;
    }
    const Rank rank = running_->rank();
    return rank.is_real_time() ? real_time_.turn_left(*running_) : fair(rank).turn_left(*running_);
}

template <class Change>
void RunQueue::replace(Context& context, Change change) {
    RunQueue* const queue = context.queue();
    if (queue != nullptr) {
        queue->extract(context);
    }
    change();
    if (queue != nullptr) {
        queue->insert(context);
    }
}

Result<void> RunQueue::change(Context& context, const Parameters& parameters) {
    TRY(check(parameters));
    replace(context, [&] {
        context.parameters_ = parameters;
        context.weight_ = Context::scaled(parameters);
    });
    return {};
}

void RunQueue::boost(Context& context, Rank rank) {
    if (std::max(rank, Rank::of(context.parameters_)) == context.rank()) {
        context.boost_ = rank;
        return;
    }
    replace(context, [&] { context.boost_ = rank; });
}

void RunQueue::reweigh(Context& context, u64 scaled_weight) {
    ASSERT(scaled_weight != 0);
    if (!context.is_queued() || context.rank().is_real_time()) {
        context.weight_ = scaled_weight;
    } else {
        context.queue()->fair(context.rank()).reweigh(context, scaled_weight);
    }
}

} // namespace scheduler
