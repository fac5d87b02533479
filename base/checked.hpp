/// Arithmetic that notices when a number does not fit: for every number that comes from outside.
///
///     const PhysicalAddress end = TRY(checked_add(start, size));
///     const u32 index = TRY(checked_narrow<u32>(offset / stride));
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace base {

/// a + b, or Overflow.
template <std::integral T>
constexpr Result<T> checked_add(T a, std::type_identity_t<T> b) {
    T sum{};
    if (__builtin_add_overflow(a, b, &sum)) {
        return Error::Overflow;
    }
    return sum;
}

/// a - b, or Overflow.
template <std::integral T>
constexpr Result<T> checked_subtract(T a, std::type_identity_t<T> b) {
    T difference{};
    if (__builtin_sub_overflow(a, b, &difference)) {
        return Error::Overflow;
    }
    return difference;
}

/// a * b, or Overflow.
template <std::integral T>
constexpr Result<T> checked_multiply(T a, std::type_identity_t<T> b) {
    T product{};
    if (__builtin_mul_overflow(a, b, &product)) {
        return Error::Overflow;
    }
    return product;
}

/// `value` as a `To`, or Overflow if it is out of To's range.
template <std::integral To, std::integral From>
constexpr Result<To> checked_narrow(From value) {
    if (!std::in_range<To>(value)) {
        return Error::Overflow;
    }
    return static_cast<To>(value);
}

/// start + size, or Overflow.
template <class Space>
constexpr Result<Address<Space>> checked_add(Address<Space> start, Bytes size) {
    return checked_add(start.value(), size.value()).transform([](u64 end) { return Address<Space>{end}; });
}

/// a + b of bytes, pages or nanoseconds, or Overflow.
template <class Kind>
    requires std::derived_from<Kind, Amount<Kind>>
constexpr Result<Kind> checked_add(Kind a, std::type_identity_t<Kind> b) {
    return checked_add(a.value(), b.value()).transform([](u64 sum) { return Kind{sum}; });
}

/// a - b of bytes, pages or nanoseconds, or Overflow.
template <class Kind>
    requires std::derived_from<Kind, Amount<Kind>>
constexpr Result<Kind> checked_subtract(Kind a, std::type_identity_t<Kind> b) {
    return checked_subtract(a.value(), b.value()).transform([](u64 difference) { return Kind{difference}; });
}

/// a * times of bytes, pages or nanoseconds, or Overflow.
template <class Kind>
    requires std::derived_from<Kind, Amount<Kind>>
constexpr Result<Kind> checked_multiply(Kind a, u64 times) {
    return checked_multiply(a.value(), times).transform([](u64 product) { return Kind{product}; });
}

} // namespace base
