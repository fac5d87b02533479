/// Data that lives inside its lock: there is no way to it but with().
///
///     Guarded<Queue, KernelLock, kQueueLock> queue;
///     queue.with([&](Queue& inside) { inside.push(item); });
#pragma once

#include <compare>
#include <concepts>
#include <span>
#include <type_traits>
#include <utility>

#include "base/lock_class.hpp"
#include "base/thread_annotations.hpp"

namespace base {

/// A lock that knows its place in the order of all locks.
template <class L>
concept RankedLock = requires(L& lock, const LockClass& lock_class, typename L::State state) {
    { lock.lock(lock_class) } -> std::same_as<typename L::State>;
    lock.unlock(lock_class, state);
};

namespace guarded_detail {

/// What would wait under the lock: a coroutine's task, an event.
template <class R>
concept Awaitable = requires(R& result) { result.await_ready(); } || requires(R& result) {
    result.operator co_await();
} || requires(R& result) { operator co_await(result); };

template <class R>
inline constexpr bool kIsReferenceWrapper = false;

template <class R>
inline constexpr bool kIsReferenceWrapper<std::reference_wrapper<R>> = true;

/// What refers to something it does not own: references, pointers, spans, string views.
template <class R>
concept Borrowing = std::is_reference_v<R> || std::is_pointer_v<R> || kIsReferenceWrapper<R> ||
                    std::ranges::enable_borrowed_range<std::remove_cv_t<R>>;

/// The same, also inside an optional or a Result.
template <class R>
concept Leaking = Borrowing<R> || Borrowing<typename R::value_type>;

} // namespace guarded_detail

/// A lambda that may run under a lock: it takes T& and returns nothing that awaits or refers into T.
template <class F, class T>
concept UnderLock = std::invocable<F, T&> && !guarded_detail::Awaitable<std::invoke_result_t<F, T&>> &&
                    !guarded_detail::Leaking<std::invoke_result_t<F, T&>>;

/// `T` behind a `Lock`, whose class `kClass` has its place in the order of all locks.
template <class T, RankedLock Lock, const LockClass& kClass>
class Guarded {
  public:
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    constexpr explicit Guarded(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...) {}

    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    /// Runs `body` with the lock held and returns what it returns.
    template <UnderLock<T> F>
    [[gnu::always_inline]] auto with(F&& body) {
        const Holder holder(lock_);
        return body(value_);
    }

    /// Runs body(one's data, other's data) with both locks held. They are two; whoever takes them finds them in the
    /// same order, that of their addresses.
    template <class F>
        requires std::invocable<F, T&, T&>
    [[gnu::always_inline]] static auto with_both(Guarded& one, Guarded& other, F&& body) TS_UNCHECKED {
        const bool is_first = std::compare_three_way{}(&one, &other) < 0;
        Lock& first = is_first ? one.lock_ : other.lock_;
        Lock& second = is_first ? other.lock_ : one.lock_;
        const Holder holder(first);
        const HolderBeside beside(second);
        return body(one.value_, other.value_);
    }

    /// The data without its lock, for the one who alone changes what it looks at.
    const T& unlocked_for_owner() const { return value_; }

    /// The data without its lock, for the report of a kernel that will never release one: it may be half written.
    const T& unlocked_for_report() const { return value_; }

  private:
    // The analysis cannot follow a lock through a reference member; that holders nest well is plain from with().
    class Holder {
      public:
        explicit Holder(Lock& lock) TS_UNCHECKED : lock_(lock), state_(lock.lock(kClass)) {}

        ~Holder() TS_UNCHECKED { lock_.unlock(kClass, state_); }

        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;

      private:
        Lock& lock_;
        typename Lock::State state_;
    };

    class HolderBeside {
      public:
        explicit HolderBeside(Lock& lock) TS_UNCHECKED : lock_(lock), state_(lock.lock_beside(kClass)) {}

        ~HolderBeside() TS_UNCHECKED { lock_.unlock(kClass, state_); }

        HolderBeside(const HolderBeside&) = delete;
        HolderBeside& operator=(const HolderBeside&) = delete;

      private:
        Lock& lock_;
        typename Lock::State state_;
    };

    Lock lock_;
    T value_;
};

} // namespace base
