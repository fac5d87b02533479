/// Data that lives inside its lock: there is no way to it but with().
///
///     Guarded<Queue, KernelLock, kQueueLock> queue;
///     queue.with([&](Queue& inside) { inside.push(item); });
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "base/lock_order.hpp"
#include "base/thread_annotations.hpp"

namespace base {

namespace guarded_detail {

/// What would wait under the lock if the lambda were a coroutine.
template <class T>
concept Awaitable = requires(T& value) { value.await_ready(); } || requires(T& value) { value.operator co_await(); };

/// What would carry the data out of its lock.
template <class T>
concept Leak = std::is_reference_v<T> || std::is_pointer_v<T> || requires(T& value) { value.data(); value.size(); };

} // namespace guarded_detail

/// A lambda that may run under a lock: it takes T& and returns nothing that awaits or refers into T.
template <class F, class T>
concept UnderLock = std::invocable<F, T&> && !guarded_detail::Awaitable<std::invoke_result_t<F, T&>> &&
                    !guarded_detail::Leak<std::invoke_result_t<F, T&>>;

/// `T` behind a `Lock`, whose class `kClass` has its place in the order of all locks.
template <class T, class Lock, const LockClass& kClass>
class Guarded {
  public:
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    constexpr explicit Guarded(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...) {}
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    /// Runs `body` with the lock held and returns what it returns.
    template <UnderLock<T> F>
    decltype(auto) with(F&& body) {
        const Holder holder(lock_);
        return std::invoke(std::forward<F>(body), value_);
    }

    /// The data without its lock, for the report of a kernel that will never release one. SAFETY: what is read may be
    /// half written.
    const T& unlocked_for_report() const { return value_; }

  private:
    class Holder {
      public:
        explicit Holder(Lock& lock) TS_UNCHECKED : lock_(lock) {
            if constexpr (kCheckLockOrder) {
                held_locks().acquire(kClass);
            }
            state_ = lock_.lock();
        }
        ~Holder() TS_UNCHECKED {
            lock_.unlock(state_);
            if constexpr (kCheckLockOrder) {
                held_locks().release(kClass);
            }
        }
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;

      private:
        Lock& lock_;
        typename Lock::State state_;
    };

    Lock lock_;
    T value_;
};

} // namespace base
