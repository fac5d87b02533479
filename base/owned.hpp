/// The only owner of an object. Use after a move does not compile.
///
///     struct ReturnFrame { void operator()(Frame& frame) const; };
///     Owned<Frame, ReturnFrame> frame(allocated);
///     keep(std::move(frame));
///     frame->clear();                  // error: invalid invocation while it is in the 'consumed' state
#pragma once

#include <concepts>
#include <utility>

#include "base/assert.hpp"

namespace base {

/// Owns a `T`, or nothing once it was moved from, released or reset. `Deleter` gives the object back to where it came
/// from; it may hold state, such as its pool.
///
/// Clang follows the state of local variables and parameters; of members it knows nothing, there ASSERT checks.
template <class T, std::invocable<T&> Deleter>
class [[nodiscard, clang::consumable(unconsumed)]] Owned {
  public:
    [[clang::return_typestate(consumed)]] constexpr Owned() = default;

    [[clang::return_typestate(unconsumed)]] constexpr explicit Owned(T& object, Deleter deleter = {})
        : object_(&object), deleter_(std::move(deleter)) {}

    constexpr Owned(Owned&& other) noexcept
        : object_(std::exchange(other.object_, nullptr)), deleter_(std::move(other.deleter_)) {}

    constexpr Owned& operator=(Owned&& other) noexcept {
        if (this != &other) {
            reset();
            object_ = std::exchange(other.object_, nullptr);
            deleter_ = std::move(other.deleter_);
        }
        return *this;
    }

    constexpr ~Owned() { destroy(); }

    [[nodiscard, clang::test_typestate(unconsumed)]] constexpr explicit operator bool() const {
        return object_ != nullptr;
    }

    [[clang::callable_when("unconsumed", "unknown")]] constexpr T& operator*() const {
        ASSERT(object_ != nullptr, "an empty Owned was used");
        return *object_;
    }

    [[clang::callable_when("unconsumed", "unknown")]] constexpr T* operator->() const {
        ASSERT(object_ != nullptr, "an empty Owned was used");
        return object_;
    }

    /// Ends the ownership without destroying: the caller owns the object now.
    [[nodiscard, clang::callable_when("unconsumed", "unknown"), clang::set_typestate(consumed)]] constexpr T&
    release() {
        ASSERT(object_ != nullptr, "an empty Owned was used");
        return *std::exchange(object_, nullptr);
    }

    /// Destroys the object now, if there is one.
    [[clang::set_typestate(consumed)]] constexpr void reset() { destroy(); }

  private:
    constexpr void destroy() {
        if (T* object = std::exchange(object_, nullptr); object != nullptr) {
            deleter_(*object);
        }
    }

    T* object_ = nullptr;
    [[no_unique_address]] Deleter deleter_{};
};

} // namespace base
