/// The kernel half beside the physical map: registers of devices, and stacks.
#pragma once

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/boot/memory_map.hpp"

namespace kernel::memory {

/// initialize() and map_fresh() belong to the processor that boots, while it boots.
class KernelSpace {
  public:
    /// `map` tells what is memory; both outlive this.
    void initialize(FrameAllocator& frames, const boot::MemoryMap& map) {
        frames_ = &frames;
        map_ = &map;
    }

    /// Where the registers [start, start + size) can be reached from now on: uncached, read and write. `start` need not
    /// be aligned. NoMemory; OutOfRange when the region for devices is full; AccessDenied if they lie in usable memory:
    /// whoever said so, a table of the firmware, is wrong, and writing there would damage what is ours. From any
    /// processor.
    base::Result<base::VirtualAddress> map_device(base::PhysicalAddress start, base::Bytes size);

    /// Maps the whole pages of [start, start + size), which lie in the region for stacks, to fresh memory, with a
    /// shadow where there is a sanitizer. NoMemory.
    base::Result<void> map_fresh(base::VirtualAddress start, base::Bytes size);

  private:
    FrameAllocator* frames_ = nullptr;
    const boot::MemoryMap* map_ = nullptr;
    base::Guarded<base::Bytes, core::KernelLock, core::kDeviceRegionLock> devices_used_{0U};
};

} // namespace kernel::memory
