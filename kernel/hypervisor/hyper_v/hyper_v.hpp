/// Hyper-V, of which only the clock is used.
#pragma once

#include "kernel/hypervisor/none/none.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "libs/hyperv/reference_page.hpp"

namespace kernel::hypervisor {

class HyperV : public None {
  public:
    /// `leaves`: the first of Hyper-V's. Without a page for the clock there is no clock.
    HyperV(std::span<const base::u32> hardware_ids, base::u32 leaves, memory::FrameAllocator& frames);

    [[nodiscard]] static std::string_view name() { return "hyper-v"; }

    [[nodiscard]] base::Result<ClockReading> read_clock(base::u32 cpu) const;

    [[nodiscard]] base::u32 clock_version(base::u32) const { return page_ == nullptr ? 0 : page_->sequence(); }

  private:
    const hyperv::ReferencePage* page_ = nullptr;
};

static_assert(HypervisorInterface<HyperV>);

} // namespace kernel::hypervisor
