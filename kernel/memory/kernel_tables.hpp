/// The kernel's page tables: frames, reached through the physical map.
#pragma once

#include "base/result.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/page_table/mapper.hpp"

namespace kernel::memory {

class KernelTables {
  public:
    explicit KernelTables(FrameAllocator& frames) : frames_(&frames) {}

    /// For looking only: nothing can be allocated.
    KernelTables() = default;

    base::Result<base::PhysicalAddress> allocate_table() {
        return frames_ == nullptr ? base::Error::BadState : frames_->allocate_zeroed();
    }

    static page_table::Table table(base::PhysicalAddress table);

  private:
    FrameAllocator* frames_ = nullptr;
};

using KernelMapper = page_table::Mapper<KernelTables>;

} // namespace kernel::memory
