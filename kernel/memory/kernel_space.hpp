/// The kernel half beside the physical map: registers of devices, and stacks.
#pragma once

#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/memory/frame_allocator.hpp"

namespace kernel::memory {

/// Used by the processor that boots, while it boots: no lock.
class KernelSpace {
  public:
    void initialize(FrameAllocator& frames) { frames_ = &frames; }

    /// Where the registers [start, start + size) can be reached from now on: uncached, read and write. `start` need not
    /// be aligned. NoMemory; OutOfRange when the region for devices is full.
    base::Result<base::VirtualAddress> map_device(base::PhysicalAddress start, base::Bytes size);

    /// Maps the whole pages of [start, start + size), which lie in the region for stacks, to fresh memory, with a
    /// shadow where there is a sanitizer. NoMemory.
    base::Result<void> map_fresh(base::VirtualAddress start, base::Bytes size);

  private:
    FrameAllocator* frames_ = nullptr;
    base::Bytes devices_used_{0};
};

} // namespace kernel::memory
