/// Quantities that must not be mixed up: bytes, pages, physical and virtual addresses, nanoseconds.
#pragma once

#include <compare>

#include "base/types.hpp"

namespace base {

inline constexpr u64 kPageSize = 4096;

/// A count of bytes.
class Bytes {
  public:
    constexpr Bytes() = default;
    constexpr explicit Bytes(u64 value) : value_(value) {}
    [[nodiscard]] constexpr u64 value() const { return value_; }
    friend constexpr auto operator<=>(Bytes, Bytes) = default;
    friend constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes{a.value_ + b.value_}; }
    friend constexpr Bytes operator-(Bytes a, Bytes b) { return Bytes{a.value_ - b.value_}; }
    friend constexpr Bytes operator*(Bytes a, u64 b) { return Bytes{a.value_ * b}; }
    friend constexpr u64 operator/(Bytes a, Bytes b) { return a.value_ / b.value_; }

  private:
    u64 value_ = 0;
};

/// A count of pages of 4 KiB.
class Pages {
  public:
    constexpr Pages() = default;
    constexpr explicit Pages(u64 value) : value_(value) {}
    /// How many pages hold `bytes`: rounded up.
    static constexpr Pages holding(Bytes bytes) { return Pages{(bytes.value() + kPageSize - 1) / kPageSize}; }
    [[nodiscard]] constexpr u64 value() const { return value_; }
    [[nodiscard]] constexpr Bytes bytes() const { return Bytes{value_ * kPageSize}; }
    friend constexpr auto operator<=>(Pages, Pages) = default;
    friend constexpr Pages operator+(Pages a, Pages b) { return Pages{a.value_ + b.value_}; }
    friend constexpr Pages operator-(Pages a, Pages b) { return Pages{a.value_ - b.value_}; }

  private:
    u64 value_ = 0;
};

/// A place in one of the machine's address spaces; `Space` keeps the kinds apart.
template <class Space>
class Address {
  public:
    constexpr Address() = default;
    constexpr explicit Address(u64 value) : value_(value) {}
    [[nodiscard]] constexpr u64 value() const { return value_; }
    /// `alignment` is a power of two.
    [[nodiscard]] constexpr Address align_down(Bytes alignment) const { return Address{value_ & ~(alignment.value() - 1)}; }
    [[nodiscard]] constexpr Address align_up(Bytes alignment) const {
        return Address{value_ + alignment.value() - 1}.align_down(alignment);
    }
    [[nodiscard]] constexpr bool is_aligned(Bytes alignment) const { return (value_ & (alignment.value() - 1)) == 0; }
    friend constexpr auto operator<=>(Address, Address) = default;
    friend constexpr Address operator+(Address a, Bytes b) { return Address{a.value_ + b.value()}; }
    friend constexpr Address operator-(Address a, Bytes b) { return Address{a.value_ - b.value()}; }
    friend constexpr Bytes operator-(Address a, Address b) { return Bytes{a.value_ - b.value_}; }

  private:
    u64 value_ = 0;
};

using PhysicalAddress = Address<struct PhysicalSpace>;
using VirtualAddress = Address<struct VirtualSpace>;

/// A span of time, or a moment of the monotonic clock.
class Nanoseconds {
  public:
    constexpr Nanoseconds() = default;
    constexpr explicit Nanoseconds(u64 value) : value_(value) {}
    [[nodiscard]] constexpr u64 value() const { return value_; }
    friend constexpr auto operator<=>(Nanoseconds, Nanoseconds) = default;
    friend constexpr Nanoseconds operator+(Nanoseconds a, Nanoseconds b) { return Nanoseconds{a.value_ + b.value_}; }
    friend constexpr Nanoseconds operator-(Nanoseconds a, Nanoseconds b) { return Nanoseconds{a.value_ - b.value_}; }

  private:
    u64 value_ = 0;
};

namespace literals {

constexpr Bytes operator""_KiB(unsigned long long count) { return Bytes{count << 10}; }
constexpr Bytes operator""_MiB(unsigned long long count) { return Bytes{count << 20}; }
constexpr Bytes operator""_GiB(unsigned long long count) { return Bytes{count << 30}; }

} // namespace literals

} // namespace base
