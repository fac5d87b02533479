#include "kernel/process/call.hpp"

#include "kernel/process/channel.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/lent_rank.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;

bool Call::end(Error status, HandOver& hand_over, EndKind how) {
    // It may go on to another channel meanwhile, and there is a lock in each.
    while (Channel* const where = channel.load(std::memory_order_acquire)) {
        if (const auto found = where->end_call(*this, status, hand_over, how); found != Channel::Found::Elsewhere) {
            return found == Channel::Found::Here;
        }
    }
    return false;
}

FixedLeases* Call::fixed() const { return lent == nullptr ? nullptr : lent->fixed; }

void Call::set_fixed(FixedLeases* what) { lent->fixed = what; }

void Call::arm(base::u64 deadline) {
    ring->tie();
    processor::this_processor().timers.arm(*this, base::Nanoseconds{deadline});
}

void Call::disarm() {
    if (is_armed()) {
        static_cast<void>(processor::this_processor().timers.cancel(*this));
        ring->untie();
    }
}

void Call::forget() {
    if (Channel* const where = channel.load(std::memory_order_acquire); where != nullptr) {
        where->forget_call(*this);
    }
}

void Call::pass_deadline(time::Timer& timer) {
    auto& call = static_cast<Call&>(timer);
    // Whoever sends it again does so on this processor, and has cancelled this before.
    processor::this_processor().in_kernel([&call] {
        if (call.ring != nullptr) {
            call.ring->untie();
        }
        HandOver hand_over;
        static_cast<void>(call.end(Error::TimedOut, hand_over));
        hand_over.wake_last();
    });
}

} // namespace kernel::process
