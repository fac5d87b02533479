/// A value or the error that prevented it. A Result that is ignored does not compile.
///
///     Result<Frame> take() {
///         const PhysicalAddress address = TRY(frames.allocate());   // returns the error to the caller
///         return Frame{address};
///     }
#pragma once

#include <concepts>
#include <expected>
#include <functional>
#include <type_traits>
#include <utility>

#include "abi/error.hpp"

namespace base {

using abi::Error;

template <class T>
class Result;

namespace result_detail {

template <class T>
inline constexpr bool kIsResult = false;

template <class T>
inline constexpr bool kIsResult<Result<T>> = true;

} // namespace result_detail

/// Like std::expected<T, Error>, which may be dropped silently; this may not. Made from a T or from an Error.
template <class T = void>
class [[nodiscard]] Result {
  public:
    using value_type = T;

    /// Success.
    template <class U = T>
        requires std::constructible_from<T, U> && (!std::same_as<std::remove_cvref_t<U>, Result>) &&
                 (!std::same_as<std::remove_cvref_t<U>, Error>)
    constexpr explicit(!std::convertible_to<U, T>) Result(U&& value)
        : content_(std::in_place, std::forward<U>(value)) {}

    /// Failure.
    constexpr Result(Error error) : content_(std::unexpect, error) {}

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
    [[nodiscard]] constexpr Error error() const { return content_.error(); }

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
        return std::invoke(std::forward<F>(next), *std::move(content_));
    }

    /// What `change`, which cannot fail, makes of the value; or the error.
    template <std::invocable<T> F>
    constexpr auto transform(F&& change) && -> Result<std::invoke_result_t<F, T>> {
        if (!has_value()) {
            return error();
        }
        return std::invoke(std::forward<F>(change), *std::move(content_));
    }

    friend constexpr bool operator==(const Result&, const Result&) = default;

  private:
    std::expected<T, Error> content_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
  public:
    using value_type = void;

    constexpr Result() = default;

    constexpr Result(Error error) : content_(std::unexpect, error) {}

    [[nodiscard]] constexpr bool has_value() const { return content_.has_value(); }

    constexpr explicit operator bool() const { return has_value(); }

    constexpr void operator*() const {}

    [[nodiscard]] constexpr Error error() const { return content_.error(); }

    friend constexpr bool operator==(const Result&, const Result&) = default;

  private:
    std::expected<void, Error> content_;
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
