/// Which pin of which I/O APIC an interrupt is, and how it signals. A GSI is a global system interrupt: the number of
/// a pin, counted through all I/O APICs.
#pragma once

#include <optional>
#include <span>

#include "libs/acpi/madt.hpp"
#include "libs/apic/encode.hpp"

namespace apic {

/// Where an I/O APIC stands among all.
struct PinRange {
    base::u32 first_gsi = 0;
    base::u32 count = 0; ///< 0: there is no such controller
};

struct PinPlace {
    base::usize controller = 0; ///< its index
    base::u32 pin = 0;
};

/// The first of `controllers` that has `gsi`; none if none has. Ranges may overlap or wrap: tables can lie.
std::optional<PinPlace> find_pin(std::span<const PinRange> controllers, base::u32 gsi);

/// What the firmware's tables say of lines; the spans outlive it.
class LineMap {
  public:
    /// The interrupts of ISA, [acpi] 6.2.5.2.
    static constexpr base::u32 kIsaLines = 16;

    constexpr LineMap(std::span<const acpi::InterruptOverride> overrides, std::span<const acpi::NmiSource> unmaskable)
        : overrides_(overrides), unmaskable_(unmaskable) {}

    /// The GSI at which ISA interrupt `source` arrives: its own number, unless it is overridden. NotFound if it arrives
    /// nowhere: there is none of that number, or another has taken its place.
    [[nodiscard]] base::Result<base::u32> gsi_of_isa(base::u8 source) const;

    /// The ISA interrupt that arrives at `gsi`; none if none does.
    [[nodiscard]] std::optional<base::u8> isa_of_gsi(base::u32 gsi) const;

    /// How `gsi` signals: by its override; else as ISA does (active high, by edge) or as PCI does (active low, by
    /// level).
    [[nodiscard]] PinMode mode_of(base::u32 gsi) const;

    /// Whether `gsi` is an NMI, which nobody may claim.
    [[nodiscard]] bool is_unmaskable(base::u32 gsi) const;

  private:
    [[nodiscard]] const acpi::InterruptOverride* override_at(base::u32 gsi) const;

    std::span<const acpi::InterruptOverride> overrides_;
    std::span<const acpi::NmiSource> unmaskable_;
};

/// The mode that `polarity` and `trigger` name; where they leave it to the bus, that of ISA or PCI.
PinMode resolve_mode(acpi::Polarity polarity, acpi::Trigger trigger, bool is_isa);

} // namespace apic
