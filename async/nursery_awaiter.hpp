/// How a call that waits for Jobs of its own is awaited.
#pragma once

#include <concepts>
#include <type_traits>

#include "async/nursery.hpp"
#include "async/promise.hpp"

namespace async {

/// A nursery that begins its Jobs when it is awaited. It stays where it was made, in the awaiting frame.
///
/// - begin(): adds its Jobs and returns the frame to run first; none if that failed, with the reason in error().
/// - take(): its value, when the last Job has ended and there is no error.
template <class C>
concept NurseryCall = std::derived_from<C, Nursery> && requires(C& call) {
    { call.begin() } -> std::same_as<Frame>;
    call.take();
};

template <class C, Wants W>
class NurseryAwaiter {
  public:
    NurseryAwaiter(C& call, Job& job) : call_(call) { call.begin_await(job); }

    static bool await_ready() { return false; }

    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
        const auto at = Frame::from_address(frame.address());
        Job& job = call_.job();
        // Parked first: what it waits for can be cancelled from its first step on.
        job.park(at, call_, W == Wants::Value ? Job::Yields::Value : Job::Yields::Result);
        if (const Frame first = call_.begin(); first != nullptr) {
            return first;
        }
        job.unpark();
        return W == Wants::Value ? propagate(at, call_.error()) : at;
    }

    auto await_resume() {
        using Value = decltype(call_.take());
        if constexpr (W == Wants::Value) {
            return call_.take();
        } else if constexpr (std::is_void_v<Value>) {
            return result_of_void();
        } else {
            return call_.error().is_error() ? Result<Value>(call_.error()) : Result<Value>(call_.take());
        }
    }

  private:
    Result<void> result_of_void() {
        if (call_.error().is_error()) {
            return call_.error();
        }
        call_.take();
        return {};
    }

    C& call_;
};

/// Base of such calls. Awaited once, in the same expression or later by std::move.
template <class C>
class CallOf : public Nursery, public Askable<C> {
  public:
    template <Wants W>
    using Awaiter = NurseryAwaiter<C, W>;

  protected:
    explicit CallOf(Nursery::Hears hears = Nursery::Hears::Errors) : Nursery(hears) {}

    ~CallOf() = default;

    /// begin() could not.
    Frame no_frame(Error error) {
        static_cast<void>(fail(error));
        return nullptr;
    }

    /// Keeps the first error, which cancels the other Jobs. That a Job ends as it was told to is no error of the whole.
    void keep_first(Job& ended, Error error) {
        if (!error.is_error() || first_.is_error()) {
            return;
        }
        first_ = error;
        if (ended.latch() != error) {
            cancel_jobs(abi::Error::Cancelled);
        }
    }

    Error outcome() override { return first_; }

  private:
    Error first_;
};

} // namespace async
