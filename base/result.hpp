/// A value or the error that prevented it. A Result that is ignored does not compile.
///
///     Result<Frame> take() {
///         const PhysicalAddress address = TRY(frames.allocate());   // returns the error to the caller
///         return Frame{address};
///     }
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

#include "abi/error.hpp"

namespace base {

using abi::Error;

/// Like std::expected<T, Error>, which may be dropped silently; this may not.
template <class T = void>
class [[nodiscard]] Result {
  public:
    using value_type = T;

    /// Success.
    template <class U = T>
        requires std::is_constructible_v<T, U> && (!std::is_same_v<std::remove_cvref_t<U>, Result>) &&
                 (!std::is_same_v<std::remove_cvref_t<U>, Error>)
    constexpr Result(U&& value) : content_(std::in_place, std::forward<U>(value)) {}
    /// Failure.
    constexpr Result(Error error) : content_(std::unexpect, error) {}

    [[nodiscard]] constexpr bool has_value() const { return content_.has_value(); }
    constexpr explicit operator bool() const { return has_value(); }

    /// The value; there must be one, which a hardened library checks.
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

/// The value of a Result expression; if it is an error, the enclosing function returns that error.
#define TRY(...)                                                                                                       \
    __extension__({                                                                                                    \
        auto&& try_result = (__VA_ARGS__);                                                                             \
        if (!try_result) [[unlikely]] {                                                                                \
            return try_result.error();                                                                                 \
        }                                                                                                              \
        *::std::move(try_result);                                                                                      \
    })
