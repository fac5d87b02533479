/// Where a coroutine's value or error arrives: a place in the frame of who awaits it.
#pragma once

#include <coroutine>
#include <memory>
#include <utility>

#include "async/error.hpp"

namespace async {

struct Promise;

/// A coroutine of ours that stands at an await, or has not begun.
using Frame = std::coroutine_handle<Promise>;

/// What the awaiting line asks for. As wide as an Error, so that both are written at once.
enum class Wants : base::u32 {
    Value,           ///< so that an error ends its coroutine too
    Result,          ///< the error as well
    ResultFromChild, ///< the same, and an error leaves the child's frame to whoever owns it
};

/// The part that does not depend on the value. Lives in the parent's frame, or in the Job if the coroutine is its root,
/// until the child has ended.
class Await {
  public:
    explicit Await(Wants wants) : wants_(wants) {}

    Await(const Await&) = delete;
    Await& operator=(const Await&) = delete;

    /// Before the child is resumed first.
    void set_parent(Frame parent) { parent_ = parent.address(); }

    /// None for the root of a Job.
    [[nodiscard]] Frame parent() const { return Frame::from_address(parent_); }

    [[nodiscard]] Wants wants() const { return wants_; }

    [[nodiscard]] Error error() const { return error_; }

    void set_error(Error error) { error_ = error; }

  private:
    void* parent_; // not initialised: each instruction here is paid by every await
    // In this order both are one store of a small number.
    Wants wants_;
    Error error_;
};

/// An Await with room for the value, which take() moves out once.
template <class T>
class AwaitOf : public Await {
  public:
    explicit AwaitOf(Wants wants) : Await(wants) {}

    ~AwaitOf() {}

    template <class... Arguments>
    void emplace(Arguments&&... arguments) {
        std::construct_at(&value, std::forward<Arguments>(arguments)...);
    }

    /// There must be a value.
    T take() {
        T taken(std::move(value));
        std::destroy_at(&value);
        return taken;
    }

    Result<T> take_result() {
        if (error().is_error()) {
            return error();
        }
        return take();
    }

  private:
    union {
        T value;
    };
};

template <>
class AwaitOf<void> : public Await {
  public:
    using Await::Await;

    void take() {}

    Result<void> take_result() {
        if (error().is_error()) {
            return error();
        }
        return {};
    }
};

} // namespace async
