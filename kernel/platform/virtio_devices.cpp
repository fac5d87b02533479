#include "kernel/platform/virtio_devices.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/log_line.hpp"

namespace kernel::platform {

using base::Bytes;
using base::PhysicalAddress;
using base::Result;
using base::VirtualAddress;

namespace {

/// Maps each page once: slots share them.
class SlotMapper {
  public:
    explicit SlotMapper(memory::KernelSpace& space) : space_(space) {}

    Result<Arch::Registers> map(const virtio_mmio::Slot& slot) {
        constexpr Bytes kPage{base::kPageSize};
        const PhysicalAddress page = slot.registers.align_down(kPage);
        if (page != page_ || page == PhysicalAddress{0}) {
            place_ = TRY(space_.map_device(page, kPage));
            page_ = page;
        }
        return Arch::Registers(place_ + (slot.registers - page));
    }

  private:
    memory::KernelSpace& space_;
    PhysicalAddress page_{0};
    VirtualAddress place_{0};
};

Result<virtio_mmio::Identity> look_into(const virtio_mmio::Slot& slot, SlotMapper& mapper) {
    const auto registers = TRY(mapper.map(slot));
    return virtio_mmio::identify(registers.read32(virtio_mmio::kMagicOffset),
                                 registers.read32(virtio_mmio::kVersionOffset),
                                 registers.read32(virtio_mmio::kDeviceOffset));
}

} // namespace

void VirtioDevices::find(const Platform& platform, memory::KernelSpace& space) {
    SlotMapper mapper(space);
    for (const virtio_mmio::Slot& slot : platform.virtio_slots()) {
        const auto identity = look_into(slot, mapper);
        if (!identity) {
            LOG_DEBUG("virtio: slot at {} is passed over: {}", slot.registers, abi::name(identity.error()));
            continue;
        }
        devices_.at(count_++) = {.slot = slot, .identity = *identity};
        LOG_INFO("virtio: {} device at {}, gsi {}, version {}", virtio_mmio::device_name(identity->device),
                 slot.registers, slot.gsi, identity->version);
    }
}

} // namespace kernel::platform
