/// What every decoder does to a table's bytes.
#pragma once

#include <algorithm>

#include "base/byte_reader.hpp"

namespace acpi {

/// The value at the front of `bytes`. Corrupt if they end before it does.
template <base::PlainBytes T>
base::Result<T> read_front(std::span<const std::byte> bytes) {
    const auto value = base::ByteReader(bytes).read<T>();
    if (!value) {
        return base::Error::Corrupt;
    }
    return *value;
}

/// Whether the bytes add up to zero, modulo 256: how tables are protected, [acpi] 5.2.6.
[[nodiscard]] inline bool sums_to_zero(std::span<const std::byte> bytes) {
    const auto add = [](base::u32 sum, std::byte next) { return sum + std::to_integer<base::u32>(next); };
    return std::ranges::fold_left(bytes, base::u32{0}, add) % 256 == 0;
}

/// Whether `bit` of `flags` is set.
[[nodiscard]] constexpr bool has_bit(base::u64 flags, unsigned bit) { return (flags >> bit & 1) != 0; }

} // namespace acpi
