/// The page tables that the kernel runs on once it knows its memory.
#pragma once

#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/boot/boot_info.hpp"

namespace kernel::memory {

/// Makes `frames` serve from `info`'s memory, of which each part belongs to a node of `nodes`, maps all of that memory
/// once (no execute; the image's own code and constants read-only), gives it a shadow where there is a sanitizer, and
/// leaves the boot tables: nothing is mapped in the lower half afterwards. NoMemory if the machine is too small.
base::Result<void> take_over(const boot::BootInfo& info, const MemoryNodes& nodes, FrameAllocator& frames);

/// What the kernel's tables say about an address. NotFound if it is not mapped.
struct Mapping {
    base::PhysicalAddress physical;
    bool writable;
    bool executable;
    bool user;
    base::Bytes page_size;
};

base::Result<Mapping> look_up(base::VirtualAddress address);

} // namespace kernel::memory
