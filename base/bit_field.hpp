/// Bit layouts declared once: the fields of a register, a page table entry, a descriptor.
///
///     struct PageEntry : BitLayout<PageEntry, u64> {
///         using Present = Field<0, 1, bool>;
///         using Frame = Field<12, 40>;
///     };
///     const auto entry = Bits<PageEntry>{}.with<PageEntry::Present>(true).with<PageEntry::Frame>(number);
///     if (entry.get<PageEntry::Present>()) { … }
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace base {

/// `kCount` bits of a `Storage` from bit `kLowest` up, seen as a `Value`: an unsigned integer, bool or an enum.
template <std::unsigned_integral Storage, unsigned kLowest, unsigned kCount, class Value = Storage>
struct BitField {
    static_assert(kCount > 0 && kLowest + kCount <= std::numeric_limits<Storage>::digits,
                  "the field leaves its storage");

    static constexpr Storage kLargest =
        static_cast<Storage>(std::numeric_limits<Storage>::max() >> (std::numeric_limits<Storage>::digits - kCount));
    static constexpr Storage kMask = static_cast<Storage>(kLargest << kLowest);

    [[nodiscard]] static constexpr Value get(Storage storage) {
        return static_cast<Value>(static_cast<Storage>((storage & kMask) >> kLowest));
    }

    /// `storage` with this field changed. A value that does not fit the field is a bug of ours.
    [[nodiscard]] static constexpr Storage set(Storage storage, Value value) {
        const auto number = static_cast<u64>(value);
        ASSERT(number <= kLargest, "the value does not fit its field");
        return static_cast<Storage>((storage & ~kMask) | (number << kLowest));
    }
};

/// Base of a layout `Self`: gives it `Field`, which only Bits<Self> accepts.
template <class Self, std::unsigned_integral S>
struct BitLayout {
    using Storage = S;

    template <unsigned kLowest, unsigned kCount, class Value = Storage>
    struct Field : BitField<Storage, kLowest, kCount, Value> {
        using Layout = Self;
        using ValueType = Value;
    };
};

/// A value of a layout. Changes give a new value.
template <class Layout>
class Bits {
  public:
    using Storage = typename Layout::Storage;

    constexpr Bits() = default;

    constexpr explicit Bits(Storage raw) : raw_(raw) {}

    [[nodiscard]] constexpr Storage raw() const { return raw_; }

    template <class Field>
        requires std::same_as<typename Field::Layout, Layout>
    [[nodiscard]] constexpr typename Field::ValueType get() const {
        return Field::get(raw_);
    }

    template <class Field>
        requires std::same_as<typename Field::Layout, Layout>
    [[nodiscard]] constexpr Bits with(typename Field::ValueType value) const {
        return Bits{Field::set(raw_, value)};
    }

    friend constexpr bool operator==(Bits, Bits) = default;

  private:
    Storage raw_ = 0;
};

} // namespace base
