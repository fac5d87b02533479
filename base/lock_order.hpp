/// Which locks this processor or thread holds, and the check that they are taken in order.
#pragma once

#include <array>

#include "base/lock_class.hpp"
#include "base/types.hpp"

namespace base {

/// The locks held here, in the order taken. Owned by one processor or thread; nobody else looks at it.
class HeldLocks {
  public:
    /// More locks than this are never held at once.
    static constexpr usize kMaximum = 8;

    /// Notes that a lock of `taken` is about to be taken. A held lock of the same or a higher rank, or too many locks,
    /// is a bug of ours: it ends in lock_order_violation().
    void acquire(const LockClass& taken);
    /// The same for the second of two of one class, which whoever takes them orders by address: the lock taken last,
    /// and no other, may be of its rank.
    void acquire_beside(const LockClass& taken);
    /// Notes that a lock of `released` was given back; in any order. One that is not held is a bug of ours.
    void release(const LockClass& released);

    [[nodiscard]] usize count() const { return count_; }

  private:
    void note(const LockClass& taken);

    std::array<const LockClass*, kMaximum> held_{};
    usize count_ = 0;
};

/// The locks held by the processor or thread that asks, which must not be moved or interrupted while it uses them.
/// Defined by the environment: base/host, kernel/arch.
HeldLocks& held_locks();

/// Ends the program or the kernel with a report: `taken` was asked for while `held` was held. Defined by the
/// environment.
[[noreturn]] void lock_order_violation(const LockClass& held, const LockClass& taken);

/// Whether locks check their order: in debug kernels and on the host.
inline constexpr bool kCheckLockOrder = TESSERA_CHECK_LOCK_ORDER != 0;

} // namespace base
