/// What is written where nothing should be, and whether it still stands there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/types.hpp"

namespace slab {

inline constexpr std::byte kFreeByte{0x6b};
inline constexpr std::byte kRedByte{0xbb};
/// In worlds with patterns.
inline constexpr base::usize kRedZoneBytes = 16;

inline bool is_filled(std::span<const std::byte> bytes, std::byte with) {
    return std::ranges::all_of(bytes, [with](std::byte byte) { return byte == with; });
}

} // namespace slab
