/// The one question that must be asked of the command line before the image has its place.
#pragma once

#include "base/types.hpp"
#include "kernel/arch/x86_64/boot/door.hpp"

namespace kernel::arch::x86_64 {

/// Whether `option` stands as a whole word in the first 4 KiB of the command line. Reads physical memory below 4 GiB
/// one to one; a missing, garbled or distant boot structure counts as an empty line.
bool early_command_line_has(Door door, base::u32 boot_structure, const char* option);

} // namespace kernel::arch::x86_64
