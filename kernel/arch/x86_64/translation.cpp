#include "kernel/arch/x86_64/translation.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/assert.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "kernel/arch/x86_64/physical_map.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a frame is seen as a table of entries, and an entry of the tables in force at the place the recursive entry
// gives it.

namespace kernel::arch::x86_64 {

namespace {

using base::u64;
using base::usize;

constinit Translation the_translation{};

constexpr usize kEntries = 512;
constexpr usize kFirstKernelSlot = 256;
/// The shadow and the image: top-level entries that the boot tables made and that stay.
constexpr usize kFirstInheritedSlot = 472;

constexpr u64 kPresent = 1;
constexpr u64 kWritable = 1 << 1;
constexpr u64 kNoExecute = 1ULL << 63;
/// In CR3: keep what the tag holds.
constexpr u64 kNoFlush = 1ULL << 63;
constexpr u64 kPageGlobalEnable = 1 << 7;
constexpr u64 kTagsEnable = 1 << 17;

std::span<u64, kEntries> words_of(base::PhysicalAddress table) {
    const auto bytes = physical_bytes(table, base::Bytes{base::kPageSize});
    // SAFETY: a table is a page of 512 entries of eight bytes, aligned to its size.
    return std::span<u64, kEntries>(reinterpret_cast<u64*>(bytes.data()), kEntries);
}

/// A number nobody can guess where the processor has one; elsewhere the cycle counter, stirred.
u64 random_number() {
    u64 value = 0;
    if (!Cpu::has_random_instruction() || !Cpu::read_random(value)) {
        value = (Cpu::read_cycle_counter() * 0xff51afd7ed558ccdULL) >> 33;
    }
    return value;
}

/// One of the places kept for it that nothing took.
usize choose_recursive_slot(std::span<const u64, kEntries> top) {
    constexpr usize kPlaces = kLastRecursiveSlot - kFirstRecursiveSlot + 1;
    const usize first = random_number() % kPlaces;
    for (usize i = 0; i < kPlaces; ++i) {
        const usize slot = kFirstRecursiveSlot + (first + i) % kPlaces;
        if (top[slot] == 0) {
            return slot;
        }
    }
    return 0;
}

} // namespace

Translation& translation() { return the_translation; }

void Translation::enter_kernel_tables(base::PhysicalAddress top) {
    const auto current = words_of(base::PhysicalAddress{Cpu::read_cr3() & ~0xfffULL});
    const auto next = words_of(top);
    std::ranges::copy(current.subspan(kFirstInheritedSlot), next.subspan(kFirstInheritedSlot).begin());
    kernel_top_ = top;
    has_invalidate_all_ = has_named("INVPCID");
    if (recursive_slot_ == 0) {
        recursive_slot_ = choose_recursive_slot(next);
        ASSERT(recursive_slot_ != 0, "no place for the recursive entry");
    }
    set_recursive_entry(top);
    Cpu::write_cr3(top.value());
}

void Translation::set_recursive_entry(base::PhysicalAddress top) const {
    words_of(top)[recursive_slot_] = top.value() | kPresent | kWritable | kNoExecute;
}

void Translation::fill_kernel_half(base::PhysicalAddress top) const {
    const auto kernel = words_of(kernel_top_).subspan(kFirstKernelSlot);
    std::ranges::copy(kernel, words_of(top).subspan(kFirstKernelSlot).begin());
    set_recursive_entry(top);
}

bool Translation::has_tags() { return (Cpu::read_cr4() & kTagsEnable) != 0; }

void Translation::enter(base::PhysicalAddress top, base::u16 tag, bool flush) {
    const bool keeps = !flush && has_tags();
    Cpu::write_cr3(top.value() | tag | (keeps ? kNoFlush : 0));
}

void Translation::flush_page(base::VirtualAddress address) { Cpu::invalidate_page(address.value()); }

void Translation::flush_tag() { Cpu::write_cr3(Cpu::read_cr3()); }

void Translation::flush_everything() const {
    if (has_invalidate_all_) {
        Cpu::invalidate_all();
        return;
    }
    // [intel/vol3] 4.10.4.1: changing CR4.PGE drops everything, of all tags.
    const u64 control = Cpu::read_cr4();
    Cpu::write_cr4(control & ~kPageGlobalEnable);
    Cpu::write_cr4(control);
}

u64 Translation::active_entry(base::VirtualAddress address, int level) const {
    // Each pass through the recursive entry ends the walk one table higher.
    const u64 slot = recursive_slot_;
    u64 place = address.value();
    for (int pass = 0; pass <= level; ++pass) {
        place = 0xffffULL << 48 | slot << 39 | (place >> 9 & 0x7f'ffff'fff8);
    }
    // SAFETY: an entry of the tables in force, whose upper entries are present.
    return *reinterpret_cast<const volatile u64*>(place);
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
