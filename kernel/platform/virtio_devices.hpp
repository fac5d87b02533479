/// The virtio devices that stand in memory.
#pragma once

#include <array>
#include <span>

#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/platform.hpp"

namespace kernel::platform {

struct VirtioDevice {
    virtio_mmio::Slot slot;
    virtio_mmio::Identity identity;
};

/// Found at boot, then only read.
class VirtioDevices {
  public:
    /// Looks into every slot that `platform` knows, and names in the log what is there.
    void find(const Platform& platform, memory::KernelSpace& space);

    [[nodiscard]] std::span<const VirtioDevice> all() const { return std::span(devices_).first(count_); }

  private:
    std::array<VirtioDevice, Platform::kMaximumVirtioSlots> devices_{};
    base::usize count_ = 0;
};

} // namespace kernel::platform
