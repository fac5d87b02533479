/// Where the kernel image stands: the symbols of kernel.ld, and how addresses relate.
#pragma once

#include <cstddef>

#include "base/types.hpp"

extern "C" {
extern const std::byte image_start[];
extern const std::byte image_rodata_start[];
extern std::byte image_data_start[];
extern std::byte image_end[];
extern const std::byte build_id_note_start[];
extern const std::byte build_id_note_end[];
extern std::byte boot_tables[];
extern const base::u64 relative_relocations_start[];
extern const base::u64 relative_relocations_end[];
extern void (*const init_array_start[])();
extern void (*const init_array_end[])();
extern const base::i32 kcfi_traps_start[];
extern const base::i32 kcfi_traps_end[];
extern const base::i32 exception_recoveries_start[];
extern const base::i32 exception_recoveries_end[];
}

namespace kernel::arch::x86_64 {

/// Link address = physical address + kVirtualBase; run address = link address + slide.
constexpr base::u64 kVirtualBase = 0xffffffff80000000;
/// Bytes from kVirtualBase to the image's first byte before it slides: its physical address.
constexpr base::u64 kLinkOffset = 0x200000;

} // namespace kernel::arch::x86_64
