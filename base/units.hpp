/// Quantities that must not be mixed up: bytes, pages, physical and virtual addresses, nanoseconds.
///
///     const PhysicalAddress end = start + 4_KiB * count;      // start + count does not compile
///     const Pages pages = Pages::holding(end - start);
///
/// Arithmetic wraps like u64; for numbers from outside use base/checked.hpp.
#pragma once

#include <compare>

#include "base/types.hpp"

namespace base {

/// An amount of something: adds to its own kind, scales by a plain number. `Kind` is the class derived from it.
template <class Kind>
class Amount {
  public:
    constexpr Amount() = default;

    constexpr explicit Amount(u64 value) : value_(value) {}

    [[nodiscard]] constexpr u64 value() const { return value_; }

    friend constexpr auto operator<=>(const Amount&, const Amount&) = default;

    friend constexpr Kind operator+(Kind a, Kind b) { return Kind{a.value() + b.value()}; }

    friend constexpr Kind operator-(Kind a, Kind b) { return Kind{a.value() - b.value()}; }

    friend constexpr Kind operator*(Kind a, u64 times) { return Kind{a.value() * times}; }

    friend constexpr Kind operator*(u64 times, Kind a) { return a * times; }

    friend constexpr Kind operator/(Kind a, u64 parts) { return Kind{a.value() / parts}; }

    /// How many times `b` fits in `a`.
    friend constexpr u64 operator/(Kind a, Kind b) { return a.value() / b.value(); }

    friend constexpr Kind operator%(Kind a, Kind b) { return Kind{a.value() % b.value()}; }

    friend constexpr Kind& operator+=(Kind& a, Kind b) { return a = a + b; }

    friend constexpr Kind& operator-=(Kind& a, Kind b) { return a = a - b; }

  private:
    u64 value_ = 0;
};

/// A count of bytes. Alignments are powers of two.
class Bytes : public Amount<Bytes> {
  public:
    using Amount::Amount;

    [[nodiscard]] constexpr Bytes align_down(Bytes alignment) const { return Bytes{value() & -alignment.value()}; }

    [[nodiscard]] constexpr Bytes align_up(Bytes alignment) const {
        return Bytes{value() + alignment.value() - 1}.align_down(alignment);
    }

    [[nodiscard]] constexpr bool is_aligned(Bytes alignment) const { return align_down(alignment) == *this; }
};

inline constexpr u64 kPageSize = 4096;

/// A count of pages of 4 KiB.
class Pages : public Amount<Pages> {
  public:
    using Amount::Amount;

    /// How many pages hold `bytes`: rounded up.
    static constexpr Pages holding(Bytes bytes) {
        return Pages{bytes.value() / kPageSize + (bytes.value() % kPageSize != 0 ? 1 : 0)};
    }

    /// How many whole pages lie in `bytes`: rounded down.
    static constexpr Pages within(Bytes bytes) { return Pages{bytes.value() / kPageSize}; }

    [[nodiscard]] constexpr Bytes bytes() const { return Bytes{value() * kPageSize}; }
};

/// A span of time, or a moment of the monotonic clock.
class Nanoseconds : public Amount<Nanoseconds> {
  public:
    using Amount::Amount;
};

/// A place in one of the machine's address spaces; `Space` keeps the kinds apart. Alignments are powers of two.
template <class Space>
class Address {
  public:
    constexpr Address() = default;

    constexpr explicit Address(u64 value) : value_(value) {}

    [[nodiscard]] constexpr u64 value() const { return value_; }

    [[nodiscard]] constexpr Address align_down(Bytes alignment) const { return Address{value_ & -alignment.value()}; }

    [[nodiscard]] constexpr Address align_up(Bytes alignment) const {
        return Address{value_ + alignment.value() - 1}.align_down(alignment);
    }

    [[nodiscard]] constexpr bool is_aligned(Bytes alignment) const { return align_down(alignment) == *this; }

    friend constexpr auto operator<=>(Address, Address) = default;

    friend constexpr Address operator+(Address a, Bytes b) { return Address{a.value_ + b.value()}; }

    friend constexpr Address operator-(Address a, Bytes b) { return Address{a.value_ - b.value()}; }

    friend constexpr Bytes operator-(Address a, Address b) { return Bytes{a.value_ - b.value_}; }

    friend constexpr Address& operator+=(Address& a, Bytes b) { return a = a + b; }

    friend constexpr Address& operator-=(Address& a, Bytes b) { return a = a - b; }

  private:
    u64 value_ = 0;
};

using PhysicalAddress = Address<struct PhysicalSpace>;
using VirtualAddress = Address<struct VirtualSpace>;

namespace literals {

constexpr Bytes operator""_B(unsigned long long count) { return Bytes{count}; }

constexpr Bytes operator""_KiB(unsigned long long count) { return Bytes{count << 10}; }

constexpr Bytes operator""_MiB(unsigned long long count) { return Bytes{count << 20}; }

constexpr Bytes operator""_GiB(unsigned long long count) { return Bytes{count << 30}; }

constexpr Nanoseconds operator""_ns(unsigned long long count) { return Nanoseconds{count}; }

constexpr Nanoseconds operator""_us(unsigned long long count) { return Nanoseconds{count * 1'000}; }

constexpr Nanoseconds operator""_ms(unsigned long long count) { return Nanoseconds{count * 1'000'000}; }

constexpr Nanoseconds operator""_s(unsigned long long count) { return Nanoseconds{count * 1'000'000'000}; }

} // namespace literals

} // namespace base
