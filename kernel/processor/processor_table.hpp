/// All processors of the machine.
#pragma once

#include <span>

#include "base/result.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/cpu_set/cpu_set.hpp"
#include "libs/epoch/epochs.hpp"

namespace kernel::processor {

/// As many as the machine has, made once at boot in memory of their own; index 0 is the one that booted.
class ProcessorTable {
  public:
    /// Makes one for each of `hardware_ids`, the booting one first. NoMemory.
    base::Result<void> create(std::span<const base::u32> hardware_ids, const time::Clock& clock,
                              memory::FrameAllocator& frames);

    /// Where each says that it is in the kernel.
    [[nodiscard]] std::span<epoch::Place> epoch_places() const { return epoch_places_; }

    [[nodiscard]] base::u32 count() const { return static_cast<base::u32>(processors_.size()); }

    [[nodiscard]] Processor& at(base::u32 index) const { return processors_[index]; }

    [[nodiscard]] std::span<Processor> all() const { return processors_; }

    /// Those that are online.
    [[nodiscard]] cpu_set::CpuSet online() const;

  private:
    std::span<Processor> processors_;
    std::span<epoch::Place> epoch_places_;
};

} // namespace kernel::processor
