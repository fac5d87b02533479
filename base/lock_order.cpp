#include "base/lock_order.hpp"

#include <span>

namespace base {

void HeldLocks::acquire(const LockClass& taken) {
    for (const LockClass* held : std::span(held_).first(count_)) {
        if (held->rank >= taken.rank) {
            lock_order_violation(*held, taken);
        }
    }
    if (count_ == kMaximum) {
        lock_order_violation(*held_.back(), taken);
    }
    held_.at(count_++) = &taken;
}

void HeldLocks::release(const LockClass& released) {
    for (usize i = count_; i-- > 0;) {
        if (held_.at(i)->rank == released.rank) {
            for (usize above = i + 1; above < count_; ++above) {
                held_.at(above - 1) = held_.at(above);
            }
            --count_;
            return;
        }
    }
    lock_order_violation(released, released);
}

} // namespace base
