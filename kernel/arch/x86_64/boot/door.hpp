/// The ways in: which boot protocol started the kernel. After boot::BootInfo is filled nothing asks any more.
#pragma once

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

/// The numbers are known to the doors' assembly.
enum class Door : base::u32 { Pvh = 1, Multiboot2 = 2 };

} // namespace kernel::arch::x86_64
