/// Registers of devices and processors, declared once as types and used over any space: ports, MMIO, a fake in a test.
///
///     struct LineControl : Register<LineControl, u8, 3, Access::ReadWrite> {
///         using WordLength = Field<0, 2>;
///         using DivisorLatch = Field<7, 1, bool>;
///     };
///     Registers registers(space);
///     registers.modify<LineControl>([](auto bits) { return bits.template with<LineControl::DivisorLatch>(true); });
#pragma once

#include <concepts>
#include <utility>

#include "base/bit_field.hpp"
#include "base/types.hpp"

namespace base {

enum class Access : u8 { ReadOnly, WriteOnly, ReadWrite };

/// Base of a register `Self`: `Storage` wide, at `kOffset` bytes (or the number) in its space.
template <class Self, std::unsigned_integral Storage, u64 kOffsetInSpace, Access kAccess>
struct Register : BitLayout<Self, Storage> {
    static constexpr u64 kOffset = kOffsetInSpace;
    static constexpr bool kReadable = kAccess != Access::WriteOnly;
    static constexpr bool kWritable = kAccess != Access::ReadOnly;
};

template <class R>
concept ReadableRegister = R::kReadable;

template <class R>
concept WritableRegister = R::kWritable;

/// Where registers live. Each read and write reaches the device, in program order.
template <class S, class Storage>
concept RegisterSpace = requires(S& space, u64 offset, Storage value) {
    { space.template read<Storage>(offset) } -> std::same_as<Storage>;
    { space.template write<Storage>(offset, value) };
};

/// Typed access to the registers of one space, which it owns: spaces are small values that name a place.
template <class Space>
class Registers {
  public:
    constexpr explicit Registers(Space space) : space_(std::move(space)) {}

    template <ReadableRegister R>
        requires RegisterSpace<Space, typename R::Storage>
    [[nodiscard]] Bits<R> read() {
        return Bits<R>{space_.template read<typename R::Storage>(R::kOffset)};
    }

    template <WritableRegister R>
        requires RegisterSpace<Space, typename R::Storage>
    void write(Bits<R> bits) {
        space_.template write<typename R::Storage>(R::kOffset, bits.raw());
    }

    /// Reads, lets `change` make a new value, writes it.
    template <class R, std::invocable<Bits<R>> F>
        requires ReadableRegister<R> && WritableRegister<R>
    void modify(F&& change) {
        write<R>(std::forward<F>(change)(read<R>()));
    }

  private:
    Space space_;
};

} // namespace base
