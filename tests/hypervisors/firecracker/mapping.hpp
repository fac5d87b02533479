/// Address space of this program.
#pragma once

#include <cstdint>
#include <span>

namespace firecracker {

/// `bytes` of fresh memory, which costs nothing until it is touched; empty when there is no address space.
std::span<std::uint8_t> map_fresh(std::uint64_t bytes);

/// `bytes` that `descriptor` shares with us; empty when it does not.
std::span<std::uint8_t> map_shared(int descriptor, std::uint64_t bytes);

} // namespace firecracker
