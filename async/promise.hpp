/// What every coroutine of ours has in its frame, and how errors leave it.
#pragma once

#include <concepts>
#include <type_traits>

#include "async/await.hpp"
#include "async/frame_slab.hpp"
#include "async/job.hpp"
#include "async/leaf.hpp"

namespace async {

/// Ends the coroutine at `frame` with `error`, and those that wait for it, innermost first, up to the first one that
/// asked for a Result, or the root. A loop: the stack does not grow with their number. Returns what is to be resumed.
std::coroutine_handle<> propagate(Frame frame, Error error);

template <class A>
concept LeafAwait = std::derived_from<A, Leaf> && !std::derived_from<A, Nursery>;

/// Awaits that are more than a leaf: `A::Awaiter<Wants>` is made from an A and the Job. Only what says kStays can be
/// awaited where it has a name.
template <class A>
concept CompoundAwait = requires { typename std::remove_cvref_t<A>::template Awaiter<Wants::Value>; } &&
                        (!std::is_lvalue_reference_v<A> || requires { std::remove_cvref_t<A>::kStays; });

template <class L>
class LeafResult;

template <class T, class E>
class ResultAwaiter;

/// See fail().
struct Failure {
    Error error;
};

class FailureAwaiter;

/// `co_await fail(error)` ends the coroutine with `error`, as `return error` does a function.
inline Failure fail(Error error) { return {error}; }

/// Two words. The other types of promise add none.
struct Promise {
    Await* await;
    Job* job;

    // No zeroing: both are written before the first resume.
    Promise() {}

    static void* operator new(base::usize bytes) noexcept { return FrameSlab::current().allocate(bytes); }

    static void operator delete(void* frame, base::usize bytes) { FrameSlab::current().release(frame, bytes); }

    static std::suspend_always initial_suspend() noexcept { return {}; }

    /// Destroys the frame and goes on with who waits.
    struct End {
        static bool await_ready() noexcept { return false; }

        template <class P>
        static std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) noexcept {
            Promise& promise = frame.promise();
            const Frame parent = promise.await->parent();
            if (parent == nullptr) [[unlikely]] {
                return end_root(Frame::from_address(frame.address()));
            }
            frame.destroy();
            return parent;
        }

        static void await_resume() noexcept {}
    };

    static End final_suspend() noexcept { return {}; }

    static std::coroutine_handle<> end_root(Frame frame);

    static void unhandled_exception() noexcept {}

    /// The leaf is its own awaiter, where it stands in the frame.
    template <LeafAwait L>
    L& await_transform(L&& leaf) {
        leaf.set_job(*job);
        return static_cast<L&>(leaf);
    }

    template <LeafAwait L>
    auto await_transform(Asked<L> asked) {
        asked.leaf.set_job(*job);
        return LeafResult<L>(asked.leaf);
    }

    template <CompoundAwait A>
    auto await_transform(A&& compound) {
        return typename std::remove_cvref_t<A>::template Awaiter<Wants::Value>(compound, *job);
    }

    template <CompoundAwait A>
    auto await_transform(Asked<A> asked) {
        return typename A::template Awaiter<Wants::Result>(asked.leaf, *job);
    }

    template <class T, class E>
    auto await_transform(base::Result<T, E> result) {
        return ResultAwaiter<T, E>(std::move(result));
    }

    static FailureAwaiter await_transform(Failure failure);
};

class FailureAwaiter {
  public:
    explicit FailureAwaiter(Failure failure) : failure_(failure) {}

    static bool await_ready() { return false; }

    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
        return propagate(Frame::from_address(frame.address()), failure_.error);
    }

    [[noreturn]] static void await_resume() { std::unreachable(); }

  private:
    Failure failure_;
};

inline FailureAwaiter Promise::await_transform(Failure failure) { return FailureAwaiter(failure); }

/// `co_await result` in a coroutine is what TRY is in a function.
template <class T, class E>
class ResultAwaiter {
  public:
    explicit ResultAwaiter(base::Result<T, E>&& result) : result_(std::move(result)) {}

    [[nodiscard]] bool await_ready() const { return result_.has_value(); }

    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
        return propagate(Frame::from_address(frame.address()), result_.error());
    }

    T await_resume() { return *std::move(result_); }

  private:
    base::Result<T, E> result_;
};

} // namespace async
