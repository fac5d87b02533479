#include "base/lock_order.hpp"

#include <algorithm>
#include <span>

#include "base/assert.hpp"

namespace base {

void HeldLocks::acquire(const LockClass& taken) {
    for (const LockClass* held : std::span(held_).first(count_)) {
        if (held->rank >= taken.rank) {
            lock_order_violation(*held, taken);
        }
    }
    note(taken);
}

void HeldLocks::acquire_beside(const LockClass& taken) {
    ASSERT(count_ != 0 && held_[count_ - 1] == &taken, "the second lock of a class stands beside the first");
    for (const LockClass* held : std::span(held_).first(count_ - 1)) {
        if (held->rank >= taken.rank) {
            lock_order_violation(*held, taken);
        }
    }
    note(taken);
}

void HeldLocks::note(const LockClass& taken) {
    ASSERT(count_ < kMaximum, "too many locks held at once");
    held_[count_++] = &taken;
}

void HeldLocks::release(const LockClass& released) {
    const auto held = std::span(held_).first(count_);
    const auto found = std::ranges::find(held, &released);
    ASSERT(found != held.end(), "a lock was given back that was not held");
    std::copy(found + 1, held.end(), found);
    --count_;
}

} // namespace base
