/// Configuration space of PCI, segment 0.
#pragma once

#include <array>

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/platform.hpp"
#include "libs/pci/configuration.hpp"

namespace kernel::platform {

/// Through the window in memory where there is one, else through ports. A bus is mapped when it is first used, while
/// the processor that boots is the only one to do so.
class PciConfiguration {
  public:
    /// How many buses can be mapped.
    static constexpr base::usize kMaximumBuses = 16;

    /// Chooses a way to it; a machine may have none. `space` must outlive this.
    void initialize(const Platform& platform, memory::KernelSpace& space);

    /// The word at `offset`, a multiple of 4 below 256; pci::kNobody where no function is. NotFound if the machine has
    /// no PCI or not this bus; NoMemory if it cannot be mapped.
    base::Result<base::u32> read(pci::Function where, base::u32 offset);

    /// Errors as of read().
    base::Result<void> write(pci::Function where, base::u32 offset, base::u32 value);

  private:
    enum class Way : base::u8 { None, Window, Ports };

    struct Bus {
        base::u8 number = 0;
        Arch::Registers registers;
    };

    struct Access {
        base::Result<Arch::Registers> map(base::u8 bus);

        Way way = Way::None;
        acpi::PciSegment segment;
        memory::KernelSpace* space = nullptr;
        std::array<Bus, kMaximumBuses> buses{};
        base::usize bus_count = 0;
    };

    static base::Result<base::u32> read_by(Access& access, pci::Function where, base::u32 offset);

    base::Guarded<Access, core::KernelLock, core::kPciLock> access_;
};

} // namespace kernel::platform
