/// A lock that waits by trying: first come, first served. Use it through Guarded.
#pragma once

#include <atomic>
#include <concepts>

#include "base/lock_order.hpp"
#include "base/thread_annotations.hpp"
#include "base/types.hpp"

namespace base {

/// What surrounds the time a lock is held (interrupts off, for one), and how to wait a moment.
template <class C>
concept LockContext = requires(typename C::State state) {
    { C::enter() } -> std::same_as<typename C::State>;
    { C::leave(state) };
    { C::relax() };
};

/// A ticket lock. `Context` is in the type, so that a lock which interrupts must not see cannot be taken without.
template <LockContext Context>
class TS_CAPABILITY("lock") SpinLock {
  public:
    using State = typename Context::State;

    constexpr SpinLock() = default;
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

    /// Waits for the lock, whose place in the order of all locks is `lock_class`. Give what it returns to unlock().
    [[nodiscard]] State lock(const LockClass& lock_class) TS_ACQUIRE() {
        const State state = Context::enter();
        // Inside the context, so that no interrupt takes its own locks between the note and the lock; before the wait,
        // so that a wrong order is reported and does not hang.
        if constexpr (kCheckLockOrder) {
            held_locks().acquire(lock_class);
        }
        wait_for_turn();
        return state;
    }

    /// The same while another of this class is held, whose address is lower.
    [[nodiscard]] State lock_beside(const LockClass& lock_class) TS_ACQUIRE() {
        const State state = Context::enter();
        if constexpr (kCheckLockOrder) {
            held_locks().acquire_beside(lock_class);
        }
        wait_for_turn();
        return state;
    }

    void unlock(const LockClass& lock_class, State state) TS_RELEASE() {
        // Only the owner writes serving_, so its own value may be read relaxed; release publishes what it wrote.
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
        if constexpr (kCheckLockOrder) {
            held_locks().release(lock_class);
        }
        Context::leave(state);
    }

  private:
    void wait_for_turn() {
        const u32 ticket = next_.fetch_add(1, std::memory_order_relaxed);
        // Acquire: what the previous owner wrote under the lock is seen from here on.
        if (serving_.load(std::memory_order_acquire) != ticket) [[unlikely]] {
            wait_for(ticket);
        }
    }

    /// Out of the way, and of the registers, of those who need not wait.
    [[gnu::noinline, gnu::cold, clang::preserve_most]] void wait_for(u32 ticket) {
        while (serving_.load(std::memory_order_acquire) != ticket) {
            Context::relax();
        }
    }

    std::atomic<u32> next_{0};    ///< the ticket of who comes next
    std::atomic<u32> serving_{0}; ///< the ticket of the owner
};

} // namespace base
