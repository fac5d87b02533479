/// A value or the error that prevented it. A Result that is ignored does not compile.
///
///     Result<Frame> take() {
///         const PhysicalAddress address = TRY(frames.allocate());   // returns the error to the caller
///         return Frame{address};
///     }
#pragma once

#include <concepts>
#include <expected>
#include <type_traits>
#include <utility>

#include "abi/error.hpp"

namespace base {

using abi::Error;

template <class T = void, class E = Error>
class Result;

namespace result_detail {

template <class T>
inline constexpr bool kIsResult = false;

template <class T, class E>
inline constexpr bool kIsResult<Result<T, E>> = true;

/// An error that is not of the kind `E`, but that `E` can say as well.
template <class F, class E>
concept OtherError = !std::same_as<F, E> && std::same_as<F, Error> && std::convertible_to<F, E>;

} // namespace result_detail

/// Like std::expected<T, E>, which may be dropped silently; this may not. Made from a T or from an error. `E` is a
/// small value; where it is not abi::Error itself, it can be made from one.
template <class T, class E>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    using error_type = E;

    /// Success.
    template <class U = T>
        requires std::constructible_from<T, U> && (!result_detail::kIsResult<std::remove_cvref_t<U>>) &&
                 (!std::same_as<std::remove_cvref_t<U>, E>) && (!std::same_as<std::remove_cvref_t<U>, Error>)
    constexpr explicit(!std::convertible_to<U, T>) Result(U&& value)
        : content_(std::in_place, std::forward<U>(value)) {}

    /// Failure.
    constexpr Result(E error) : content_(std::unexpect, error) {}

    template <result_detail::OtherError<E> F>
    constexpr Result(F error) : content_(std::unexpect, E(error)) {}

    /// The same of another's kind of errors.
    template <result_detail::OtherError<E> F>
    constexpr Result(Result<T, F>&& other) : content_(std::unexpect, E()) {
        if (other) {
            content_.emplace(*std::move(other));
        } else {
            content_ = std::unexpected(E(other.error()));
        }
    }

    [[nodiscard]] constexpr bool has_value() const { return content_.has_value(); }

    constexpr explicit operator bool() const { return has_value(); }

    /// The value; there must be one, which the hardened library checks.
    constexpr T& value() & { return *content_; }

    constexpr const T& value() const& { return *content_; }

    constexpr T&& value() && { return *std::move(content_); }

    constexpr T& operator*() & { return *content_; }

    constexpr const T& operator*() const& { return *content_; }

    constexpr T&& operator*() && { return *std::move(content_); }

    constexpr T* operator->() { return content_.operator->(); }

    constexpr const T* operator->() const { return content_.operator->(); }

    /// The error; there must be one.
    [[nodiscard]] constexpr E error() const { return content_.error(); }

    template <class U>
    [[nodiscard]] constexpr T value_or(U&& other) const& {
        return content_.value_or(std::forward<U>(other));
    }

    template <class U>
    [[nodiscard]] constexpr T value_or(U&& other) && {
        return std::move(content_).value_or(std::forward<U>(other));
    }

    /// What `next`, which itself may fail, makes of the value; or the error.
    template <std::invocable<T> F>
    constexpr auto and_then(F&& next) && -> std::invoke_result_t<F, T> {
        static_assert(result_detail::kIsResult<std::invoke_result_t<F, T>>, "`next` returns a Result");
        if (!has_value()) {
            return error();
        }
        return std::forward<F>(next)(*std::move(content_));
    }

    /// What `change`, which cannot fail, makes of the value; or the error.
    template <std::invocable<T> F>
    constexpr auto transform(F&& change) && -> Result<std::invoke_result_t<F, T>, E> {
        if (!has_value()) {
            return error();
        }
        return std::forward<F>(change)(*std::move(content_));
    }

    friend constexpr bool operator==(const Result&, const Result&) = default;

  private:
    std::expected<T, E> content_;
};

/// Success without a value, or an error.
template <class E>
class [[nodiscard]] Result<void, E> {
  public:
    using value_type = void;
    using error_type = E;

    constexpr Result() = default;

    constexpr Result(E error) : content_(std::unexpect, error) {}

    template <result_detail::OtherError<E> F>
    constexpr Result(F error) : content_(std::unexpect, E(error)) {}

    template <result_detail::OtherError<E> F>
    constexpr Result(Result<void, F> other) {
        if (!other) {
            content_ = std::unexpected(E(other.error()));
        }
    }

    [[nodiscard]] constexpr bool has_value() const { return content_.has_value(); }

    constexpr explicit operator bool() const { return has_value(); }

    constexpr void operator*() const {}

    [[nodiscard]] constexpr E error() const { return content_.error(); }

    friend constexpr bool operator==(const Result&, const Result&) = default;

  private:
    std::expected<void, E> content_;
};

} // namespace base

// Two steps, so that the line's counter is a number before it is pasted; a TRY may stand inside another.
#define TRY_NAMED(name, ...)                                                                                           \
    __extension__({                                                                                                    \
        auto&& name = (__VA_ARGS__);                                                                                   \
        if (!name) [[unlikely]] {                                                                                      \
            return name.error();                                                                                       \
        }                                                                                                              \
        *::std::forward<decltype(name)>(name);                                                                         \
    })
#define TRY_NUMBERED(number, ...) TRY_NAMED(try_result_##number, __VA_ARGS__)
#define TRY_COUNTED(number, ...) TRY_NUMBERED(number, __VA_ARGS__)

/// The value of a Result expression; if it is an error, the enclosing function returns that error.
#define TRY(...) TRY_COUNTED(__COUNTER__, __VA_ARGS__)
