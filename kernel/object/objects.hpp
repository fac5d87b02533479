/// What the kernel's objects share: where they come from, and how they end.
#pragma once

#include "base/result.hpp"
#include "kernel/core/random.hpp"
#include "kernel/memory/kernel_cache.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/ageing.hpp"
#include "kernel/object/environment.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/object/reaper.hpp"

namespace kernel::object {

/// One of it, made at boot.
class Objects {
  public:
    Objects(slab::PageSource& pages, core::Random& random);

    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;

    /// Before any object is made. NoMemory.
    base::Result<void> start(base::u32 processors, memory::FrameAllocator& frames);

    /// A frame of zeros that all may map for reading.
    [[nodiscard]] base::PhysicalAddress zero_frame() const { return zero_frame_; }

    memory::KernelCache<MemoryNode> nodes;
    memory::KernelCache<Region> regions;
    memory::KernelCache<Memory> memories;
    memory::KernelCache<AddressSpace> address_spaces;
    Ageing ageing;
    Reaper reaper;

  private:
    base::PhysicalAddress zero_frame_{0};
};

/// Makes the kernel's one, from its frames and random numbers. NoMemory.
base::Result<Objects*> make_objects(base::u32 processors);

} // namespace kernel::object
