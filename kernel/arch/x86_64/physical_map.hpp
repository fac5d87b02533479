/// All memory of the machine, mapped once in the kernel half: how the kernel reaches a physical address.
#pragma once

#include <cstddef>
#include <span>

#include "base/types.hpp"
#include "base/units.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a span is made here from an address and a size; everything above uses spans.

namespace kernel::arch::x86_64 {

/// The map's first byte shows physical address 0; 64 TiB fit before the next region of the kernel half.
inline constexpr base::u64 kPhysicalMapBase = 0xffff880000000000;
inline constexpr base::u64 kPhysicalMapBytes = 64ULL << 40;

constexpr base::usize physical_map_slot() { return kPhysicalMapBase >> 39 & 511; }

/// The bytes at `address`, as the physical map shows them. What is not memory is not mapped there.
inline std::span<std::byte> physical_bytes(base::PhysicalAddress address, base::Bytes size) {
    // SAFETY: the caller names memory that the memory map has; a wrong address faults, and the report says so.
    return {reinterpret_cast<std::byte*>(kPhysicalMapBase + address.value()), size.value()};
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
