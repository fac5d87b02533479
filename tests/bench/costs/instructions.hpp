/// What plugins look for in instructions.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "tests/bench/costs/plugin_interface.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: QEMU tells bytes and their number apart.

namespace tests::bench {

using Bytes = std::span<const std::uint8_t>;

inline Bytes bytes_of(const PluginInstruction& instruction) {
    return {static_cast<const std::uint8_t*>(qemu_plugin_insn_data(&instruction)), qemu_plugin_insn_size(&instruction)};
}

/// Whether it is the instruction of markers.hpp with this number.
inline bool is_mark(Bytes bytes, std::uint32_t mark) {
    constexpr std::array<std::uint8_t, 4> kNop{0x0f, 0x1f, 0x84, 0x00};
    return bytes.size() == kNop.size() + sizeof(mark) && std::memcmp(bytes.data(), kNop.data(), kNop.size()) == 0 &&
           std::memcmp(bytes.data() + kNop.size(), &mark, sizeof(mark)) == 0;
}

/// The kernel is in the upper half of all addresses, programs in the lower one.
inline constexpr std::uint64_t kUpperHalf = std::uint64_t{1} << 63;

} // namespace tests::bench

#pragma clang unsafe_buffer_usage end
