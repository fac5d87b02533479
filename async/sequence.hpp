/// Values over time.
///
///     Sequence<u64> squares(u64 count) {
///         for (u64 i = 0; i < count; ++i) {
///             co_await sleep_for(1_ms);
///             co_yield i * i;
///         }
///     }
///     Sequence<u64> all = squares(10);
///     while (std::optional<u64> square = co_await co_await all.next()) { … }   // the outer co_await: an error ends
///     this one
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "async/promise.hpp"

namespace async {

template <class T>
class Sequence;

template <class T>
struct SequencePromise : Promise {
    using Place = AwaitOf<std::optional<T>>;

    Sequence<T> get_return_object();

    static Sequence<T> get_return_object_on_allocation_failure();

    /// Goes on with who asked; the frame stays, for next() or the Sequence's end.
    struct Pause {
        static bool await_ready() noexcept { return false; }

        template <class P>
        static std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) noexcept {
            return frame.promise().await->parent();
        }

        static void await_resume() noexcept {}
    };

    static Pause final_suspend() noexcept { return {}; }

    template <class U>
    Pause yield_value(U&& value) {
        static_cast<Place*>(await)->emplace(std::in_place, std::forward<U>(value));
        return {};
    }

    void return_void() { static_cast<Place*>(await)->emplace(std::nullopt); }
};

/// A coroutine that yields values; it runs while somebody waits for the next one, as part of that Job. Move-only;
/// dropped at any time, but not while somebody waits. Without room for its frame, next() says NoMemory.
template <class T>
class [[nodiscard]] Sequence {
  public:
    using promise_type = SequencePromise<T>;

    /// See next().
    class Next {
      public:
        template <Wants W>
        class Awaiter;

        explicit Next(Sequence& sequence) : sequence_(sequence) {}

      private:
        Sequence& sequence_;
    };

    explicit Sequence(Frame frame) : frame_(frame), state_(frame == nullptr ? State::NoMemory : State::Running) {}

    Sequence(Sequence&& other) noexcept
        : frame_(std::exchange(other.frame_, nullptr)), state_(std::exchange(other.state_, State::Ended)) {}

    Sequence& operator=(Sequence&& other) noexcept {
        std::swap(frame_, other.frame_);
        std::swap(state_, other.state_);
        return *this;
    }

    ~Sequence() { end(); }

    /// To be awaited, yields a Result: the next value, or nothing once the coroutine has ended. An error of it is the
    /// last that is heard of it; then there is nothing.
    [[nodiscard]] Next next() { return Next(*this); }

  private:
    enum class State : base::u8 { Running, Ended, NoMemory };

    void end() {
        state_ = State::Ended;
        if (frame_ != nullptr) {
            std::exchange(frame_, nullptr).destroy();
        }
    }

    Frame frame_;
    State state_;
};

template <class T>
template <Wants W>
class Sequence<T>::Next::Awaiter {
  public:
    Awaiter(Next& next, Job&) : sequence_(next.sequence_), place_(Wants::ResultFromChild) {}

    bool await_ready() {
        if (sequence_.state_ == State::Ended) {
            place_.set_error(Error());
            place_.emplace(std::nullopt);
        }
        return sequence_.state_ == State::Ended;
    }

    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
        const auto parent = Frame::from_address(frame.address());
        if (sequence_.state_ == State::NoMemory) {
            place_.set_error(abi::Error::NoMemory);
            return parent;
        }
        place_.set_parent(parent);
        sequence_.frame_.promise().await = &place_;
        sequence_.frame_.promise().job = frame.promise().job;
        return sequence_.frame_;
    }

    Result<std::optional<T>> await_resume() {
        Result<std::optional<T>> result = place_.take_result();
        if (!result || !*result) {
            sequence_.end();
        }
        return result;
    }

  private:
    Sequence& sequence_;
    AwaitOf<std::optional<T>> place_;
};

template <class T>
Sequence<T> SequencePromise<T>::get_return_object() {
    return Sequence<T>(Frame::from_promise(*this));
}

template <class T>
Sequence<T> SequencePromise<T>::get_return_object_on_allocation_failure() {
    return Sequence<T>(nullptr);
}

} // namespace async
