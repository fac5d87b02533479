#include "libs/scheduler/real_time_queue.hpp"

#include <bit>

namespace scheduler {

using base::Nanoseconds;
using base::u64;
using base::usize;

void RealTimeQueue::add(Context& context) {
    const usize index = index_of(context);
    lists_[index].push_back(context);
    occupied_[index / kWordBits] |= u64{1} << (index % kWordBits);
    context.turn_left_ = context.slice();
    ++count_;
}

void RealTimeQueue::remove(Context& context) {
    const usize index = index_of(context);
    lists_[index].remove(context);
    if (lists_[index].empty()) {
        occupied_[index / kWordBits] &= ~(u64{1} << (index % kWordBits));
    }
    --count_;
}

Context* RealTimeQueue::pick() {
    for (usize word = occupied_.size(); word-- != 0;) {
        if (occupied_[word] != 0) {
            return lists_[word * kWordBits + kWordBits - 1 - static_cast<usize>(std::countl_zero(occupied_[word]))]
                .front();
        }
    }
    return nullptr;
}

bool RealTimeQueue::charge(Context& running, Nanoseconds ran) {
    running.turn_left_ -= std::min(ran, running.turn_left_);
    if (running.turn_left_ != Nanoseconds{0} || running.slice() == Nanoseconds{0}) {
        return false;
    }
    running.turn_left_ = running.slice();
    const bool is_over = has_turns(running);
    if (is_over) {
        yield(running);
    }
    return is_over;
}

void RealTimeQueue::yield(Context& running) {
    List& list = lists_[index_of(running)];
    list.remove(running);
    list.push_back(running);
    running.turn_left_ = running.slice();
}

std::optional<Nanoseconds> RealTimeQueue::turn_left(const Context& running) const {
    return has_turns(running) ? std::optional{running.turn_left_} : std::nullopt;
}

} // namespace scheduler
