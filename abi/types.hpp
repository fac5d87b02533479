/// Integers by their size, for this folder, which depends on nothing.
#pragma once

#include <cstdint>

namespace abi {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

} // namespace abi
