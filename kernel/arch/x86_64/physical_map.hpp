/// How the kernel half is laid out: all memory of the machine mapped once, devices, stacks. The image and the
/// sanitizer's shadow have their places in image.hpp and kernel/sanitizer.
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

/// Registers of devices, mapped one after the other.
inline constexpr base::VirtualAddress kDeviceRegion{0xffffc80000000000};
inline constexpr base::Bytes kDeviceRegionBytes{64ULL << 30};
/// Stacks of the processors, kStackStride apart.
inline constexpr base::VirtualAddress kStackRegion{0xffffc90000000000};
inline constexpr base::Bytes kStackStride{128 << 10};

/// Records of frames, 32 bytes for each that the physical map can show, and behind them the ranges of memory.
inline constexpr base::VirtualAddress kFrameRecordRegion{0xffffca0000000000};
inline constexpr base::VirtualAddress kFrameRangeRegion{0xffffca8000000000};
/// Top-level entries of the kernel half beyond the physical map that regions lie in, those above and later ones: made
/// at boot, because address spaces copy them once.
inline constexpr base::usize kFirstRegionSlot = 400;
inline constexpr base::usize kLastRegionSlot = 407;
/// Among these stands the recursive entry, through which the tables in force show themselves.
inline constexpr base::usize kFirstRecursiveSlot = 416;
inline constexpr base::usize kLastRecursiveSlot = 471;

/// Bytes of the kernel half that someone has mapped.
inline std::span<std::byte> virtual_bytes(base::VirtualAddress address, base::Bytes size) {
    // SAFETY: as above.
    return {reinterpret_cast<std::byte*>(address.value()), size.value()};
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
