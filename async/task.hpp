/// A coroutine that runs when it is awaited.
///
///     Task<u64> total(Directory directory) {
///         const u64 size = co_await measure(directory);               // an error ends this coroutine too
///         Result<u64> more = co_await count(directory).result();      // an error is looked at here
///         co_return size + more.value_or(0);
///     }
///
/// A parameter is a value or an owner, a lambda captures nothing: the frame outlives the expression that made it.
/// Nothing in it is aligned to more than 16 bytes.
#pragma once

#include <coroutine>
#include <utility>

#include "async/promise.hpp"

namespace async {

template <class T>
class Task;

template <class T>
struct TaskPromise : Promise {
    Task<T> get_return_object();

    static Task<T> get_return_object_on_allocation_failure();

    /// Also `co_return {…}` for a T that is made so.
    template <class U = T>
    void return_value(U&& value) {
        static_cast<AwaitOf<T>*>(await)->emplace(std::forward<U>(value));
    }

    /// An error leaves through an await: co_await fail(error).
    void return_value(Error) = delete;
};

template <>
struct TaskPromise<void> : Promise {
    Task<void> get_return_object();

    static Task<void> get_return_object_on_allocation_failure();

    void return_void() {}
};

/// Lazy; awaited once, by a coroutine on the worker where it was made, or spawned. If it is dropped before, it never
/// ran. Without room for its frame it is empty, and awaiting it yields NoMemory.
template <class T = void>
class [[nodiscard, clang::trivial_abi]] Task {
  public:
    using promise_type = TaskPromise<T>;
    using value_type = T;

    template <Wants W>
    class Awaiter;

    explicit Task(Frame frame) : frame_(frame) {}

    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}

    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        return *this;
    }

    ~Task() {
        if (frame_ != nullptr) {
            frame_.destroy();
        }
    }

    /// To be awaited in the same expression: a Result instead of the value.
    [[nodiscard]] Asked<Task> result() { return {*this}; }

    /// False if there was no room for its frame.
    [[nodiscard]] explicit operator bool() const { return frame_ != nullptr; }

    /// The frame, which is the caller's from now on.
    [[nodiscard]] Frame release() { return std::exchange(frame_, nullptr); }

  private:
    Frame frame_;
};

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
    return Task<T>(Frame::from_promise(*this));
}

template <class T>
Task<T> TaskPromise<T>::get_return_object_on_allocation_failure() {
    return Task<T>(nullptr);
}

inline Task<void> TaskPromise<void>::get_return_object() { return Task<void>(Frame::from_promise(*this)); }

inline Task<void> TaskPromise<void>::get_return_object_on_allocation_failure() { return Task<void>(nullptr); }

/// In the frame of the parent until the child has ended.
template <class T>
template <Wants W>
class Task<T>::Awaiter {
  public:
    Awaiter(Task& task, Job&) : child_(task.release()), await_(W) {}

    static bool await_ready() { return false; }

    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> frame) {
        const auto parent = Frame::from_address(frame.address());
        if (child_ == nullptr) [[unlikely]] {
            return without_frame(parent);
        }
        await_.set_parent(parent);
        Promise& child = child_.promise();
        child.await = &await_;
        child.job = frame.promise().job;
        return child_;
    }

    auto await_resume() {
        if constexpr (W == Wants::Value) {
            return await_.take();
        } else {
            return await_.take_result();
        }
    }

  private:
    std::coroutine_handle<> without_frame(Frame parent) {
        if constexpr (W == Wants::Value) {
            return propagate(parent, abi::Error::NoMemory);
        } else {
            await_.set_error(abi::Error::NoMemory);
            return parent;
        }
    }

    Frame child_;
    AwaitOf<T> await_;
};

} // namespace async
