#include "kernel/arch/x86_64/boot/place_image.hpp"

#include "kernel/arch/x86_64/boot/early_command_line.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/image.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/physical_map.hpp"
#include "kernel/arch/x86_64/stack_block.hpp"
#include "kernel/sanitizer/boot_shadow.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: page tables and relocations of the image itself, whose sizes the linker script and the checks below bound.

// Everything here runs at physical addresses, before relocation: no pointer constant may be read, no function called
// through a table, nothing instrumented. The compiler options of this folder see to the last.

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;
using base::usize;

constexpr u64 kPresent = 1;
constexpr u64 kWrite = 1 << 1;
constexpr u64 kGlobal = 1 << 8;
constexpr u64 kNoExecute = 1ULL << 63;
constexpr usize kEntries = 512;
constexpr usize kImageTables = 4;
/// Where the image may slide to: 1 GiB from kVirtualBase, in steps that keep KASAN's shadow page-aligned.
constexpr u64 kSlideWindow = 1ULL << 30;
constexpr u64 kSlideStep = 64 << 10;

struct alignas(4096) Table {
    u64 entry[kEntries];
};

struct BootTables {
    Table top;
    Table low_pointers;
    Table low_directories[4];
};

/// Tables of the image: a directory pointer table, a directory, and page tables for up to 6 MiB at any slide.
struct ImageTables {
    Table pointers;
    Table directory;
    Table pages[kImageTables];
};

[[gnu::section(".page_bss")]] constinit ImageTables image_tables{};

u64 physical(const void* pointer) {
    u64 address = reinterpret_cast<u64>(pointer);
    // The compiler would fold sums with a symbol into a displacement that only holds at the link address.
    asm("" : "+r"(address));
    return address;
}

/// Before the jump to the high half a symbol's address is its physical one.
u64 link_address_of(const void* symbol) { return physical(symbol) + kVirtualBase; }

/// A number nobody can guess where the CPU has RDRAND; elsewhere the cycle counter, stirred.
u64 random_number() {
    if (Cpu::has_random_instruction()) {
        for (int attempt = 0; attempt < 16; ++attempt) {
            u64 value = 0;
            if (Cpu::read_random(value)) {
                return value;
            }
        }
    }
    u64 value = Cpu::read_cycle_counter();
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    return value;
}

u64 choose_slide(u64 image_size) {
    const u64 places = (kSlideWindow - kLinkOffset - image_size) / kSlideStep;
    return random_number() % places * kSlideStep;
}

u64 page_protection(u64 link_address, u64 no_execute) {
    const u64 stacks = link_address_of(boot_stacks);
    if (link_address >= stacks && link_address < link_address_of(boot_stacks_end) &&
        StackBlock::is_guard(link_address - stacks)) {
        return 0;
    }
    if (link_address < link_address_of(image_rodata_start)) {
        return kPresent | kGlobal;
    }
    const bool writable = link_address >= link_address_of(image_data_start);
    return kPresent | kGlobal | no_execute | (writable ? kWrite : 0);
}

void map_image(u64 slide) {
    auto& boot = *reinterpret_cast<BootTables*>(boot_tables);
    const u64 start = link_address_of(image_start);
    const u64 end = link_address_of(image_end);
    const u64 first_directory_index = (start + slide) >> 21 & 511;
    const u64 no_execute = Cpu::no_execute_enabled() ? kNoExecute : 0;
    // Until the memory map is known, the physical map is the first 4 GiB, by the door's own tables.
    boot.top.entry[physical_map_slot()] = physical(&boot.low_pointers) | kPresent | kWrite | no_execute;
    boot.top.entry[511] = physical(&image_tables.pointers) | kPresent | kWrite;
    image_tables.pointers.entry[(start + slide) >> 30 & 511] = physical(&image_tables.directory) | kPresent | kWrite;
    for (usize i = 0; i < kImageTables && first_directory_index + i < kEntries; ++i) {
        image_tables.directory.entry[first_directory_index + i] = physical(&image_tables.pages[i]) | kPresent | kWrite;
    }
    for (u64 page = start; page < end; page += 4096) {
        const u64 target = page + slide;
        Table& table = image_tables.pages[(target >> 21 & 511) - first_directory_index];
        const u64 protection = page_protection(page, no_execute);
        table.entry[target >> 12 & 511] = protection == 0 ? 0 : (page - kVirtualBase) | protection;
    }
}

/// Applies packed relative relocations ([elf] gABI, section type SHT_RELR): an even word is an address, each odd word
/// after it a bitmap over the 63 words that follow.
void relocate(u64 slide) {
    u64* place = nullptr;
    for (const u64* word = relative_relocations_start; word != relative_relocations_end; ++word) {
        if ((*word & 1) == 0) {
            place = reinterpret_cast<u64*>(*word - kVirtualBase);
            *place++ += slide;
            continue;
        }
        for (u64 bits = *word >> 1, i = 0; bits != 0; bits >>= 1, ++i) {
            if ((bits & 1) != 0) {
                place[i] += slide;
            }
        }
        place += 63;
    }
}

} // namespace

} // namespace kernel::arch::x86_64

constinit base::u64 boot_slide = 0;

base::u64 boot_place_image(base::u32 boot_structure, base::u32 door) {
    using namespace kernel::arch::x86_64;
    const u64 image_size = link_address_of(image_end) - link_address_of(image_start);
    const bool fixed = early_command_line_has(static_cast<Door>(door), boot_structure, "kaslr=off") ||
                       early_command_line_has(static_cast<Door>(door), boot_structure, "nokaslr");
    const u64 slide = fixed ? 0 : choose_slide(image_size);
    map_image(slide);
    kernel::sanitizer::map_boot_shadow(*reinterpret_cast<kernel::sanitizer::TopLevelTable*>(boot_tables), slide);
    relocate(slide);
    boot_slide = slide;
    boot_cpu.stack_canary = random_number() & ~0xffULL; // a zero byte stops string functions that run over
    return slide;
}

#pragma clang unsafe_buffer_usage end
