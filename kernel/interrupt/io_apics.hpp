/// All I/O APICs of the machine, and who has which of their pins.
#pragma once

#include <array>

#include "base/result.hpp"
#include "kernel/interrupt/io_apic.hpp"
#include "kernel/interrupt/pin.hpp"
#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/platform.hpp"
#include "libs/apic/line_map.hpp"

namespace kernel::interrupt {

/// Made at boot; afterwards any processor may use it.
class IoApics {
  public:
    /// Takes over every controller that `platform`, which outlives this, knows; what cannot be reached is named in the
    /// log and left out. Pins that are NMIs go to the processor `hardware_id`.
    void initialize(const platform::Platform& platform, memory::KernelSpace& space, base::u32 hardware_id);

    /// The pin that is global interrupt `gsi`, closed. NotFound if no controller has it; AccessDenied if it is an NMI;
    /// Busy if somebody has it.
    base::Result<Pin> claim(base::u32 gsi);

    /// The same, but it signals as `mode` says: for who knows its device better than the tables do.
    base::Result<Pin> claim(base::u32 gsi, apic::PinMode mode);

    /// The pin of ISA interrupt `source`, wherever it arrives. Errors as of claim().
    base::Result<Pin> claim_isa(base::u8 source);

    /// How many controllers there are.
    [[nodiscard]] base::usize count() const { return count_; }

  private:
    [[nodiscard]] std::span<const apic::PinRange> ranges() const { return std::span(ranges_).first(count_); }

    void open_unmaskable(base::u32 hardware_id);

    std::array<IoApic, platform::Platform::kMaximumIoApics> controllers_;
    std::array<apic::PinRange, platform::Platform::kMaximumIoApics> ranges_{};
    base::usize count_ = 0;
    apic::LineMap lines_{{}, {}};
    std::span<const acpi::NmiSource> unmaskable_;
};

} // namespace kernel::interrupt
