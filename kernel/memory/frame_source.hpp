/// Frames for slabs.
#pragma once

#include "kernel/memory/frame_allocator.hpp"
#include "libs/slab/page_source.hpp"

namespace kernel::memory {

/// Blocks of the physical map, aligned to their size.
class FrameSource final : public slab::PageSource {
  public:
    constexpr explicit FrameSource(FrameAllocator& frames) : frames_(&frames) {}

    base::Result<std::span<std::byte>> allocate(base::u32 order) override;
    void free(std::span<std::byte> block) override;

  private:
    FrameAllocator* frames_;
};

} // namespace kernel::memory
