#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "kernel/sanitizer/kasan/shadow_tables.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: walks the shadow's own page tables, whose shape boot_shadow.cpp made.

namespace kernel::sanitizer {

namespace {

using base::PhysicalAddress;
using base::u64;

constexpr u64 kAddressBits = 0x000ffffffffff000;
constexpr u64 kPageBytes = 4096;

Table& table_at(u64 entry) {
    return *reinterpret_cast<Table*>(
        Arch::physical_bytes(PhysicalAddress{entry & kAddressBits}, base::Bytes{4096}).data());
}

/// Replaces the table that `entry` leads to by a copy, unless that was done before. False: no frame.
bool make_private(u64& entry, memory::FrameAllocator& frames) {
    if (is_private(entry)) {
        return true;
    }
    const auto frame = frames.allocate();
    if (!frame) {
        return false;
    }
    std::ranges::copy(table_at(entry).entry, std::begin(table_at(frame->value()).entry));
    entry = frame->value() | kPresent | kWrite | kPrivate;
    return true;
}

/// Gives the shadow page at `address` a frame of its own, of zeros.
bool back(u64 address, memory::FrameAllocator& frames) {
    u64& top = table_at(Arch::kernel_tables().value()).entry[address >> 39 & 511];
    if (!make_private(top, frames)) {
        return false;
    }
    u64& pointer = table_at(top).entry[address >> 30 & 511];
    if (!make_private(pointer, frames)) {
        return false;
    }
    u64& directory = table_at(pointer).entry[address >> 21 & 511];
    if (!make_private(directory, frames)) {
        return false;
    }
    u64& page = table_at(directory).entry[address >> 12 & 511];
    if (!is_private(page)) {
        const auto frame = frames.allocate_zeroed();
        if (!frame) {
            return false;
        }
        page = frame->value() | kPresent | kWrite | kNoExecute | kPrivate;
    }
    return true;
}

} // namespace

bool cover(std::span<std::byte> memory, memory::FrameAllocator& frames) {
    const u64 start = reinterpret_cast<u64>(memory.data());
    const u64 end = shadow_of(start + memory.size());
    for (u64 page = shadow_of(start) & ~(kPageBytes - 1); page < end; page += kPageBytes) {
        if (!back(page, frames)) {
            return false;
        }
    }
    // The translations of the shared page of zeros are still cached.
    Arch::flush_all_translations();
    return true;
}

} // namespace kernel::sanitizer

#pragma clang unsafe_buffer_usage end
