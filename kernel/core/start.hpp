/// The order in which the kernel comes up.
#pragma once

#include "base/types.hpp"

/// The first C++ function at the image's final place. Interrupts are off, the stack is the boot stack, the first 4 GiB
/// of physical memory are in the physical map.
/// `boot_structure`: physical address of what the door `door` passes; `ticks`: cycle counter at entry; `slide`: what
/// boot_place_image() chose.
extern "C" [[noreturn]] void kernel_entry(base::u32 boot_structure, base::u32 door, base::u64 ticks, base::u64 slide);
