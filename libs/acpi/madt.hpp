/// Multiple APIC Description Table: processors and interrupt controllers, [acpi] 5.2.12. A GSI is a global system
/// interrupt: the number of an I/O APIC's pin, counted through all I/O APICs.
#pragma once

#include <optional>
#include <variant>

#include "libs/acpi/sub_structures.hpp"
#include "libs/acpi/table.hpp"

namespace acpi {

/// [acpi] 5.2.12.5. `OfBus`: as the interrupt's bus has it; on ISA active high and by edge.
enum class Polarity : base::u8 { OfBus, ActiveHigh, ActiveLow };
enum class Trigger : base::u8 { OfBus, Edge, Level };

/// A processor, with an APIC or an x2APIC. One that is neither enabled nor online capable is not there.
struct LocalApic {
    base::u32 processor_uid = 0;
    base::u32 apic_id = 0;
    bool enabled = false;
    bool online_capable = false; ///< not enabled now, but can be
};

struct IoApic {
    base::u8 id = 0;
    base::PhysicalAddress address;
    base::u32 first_gsi = 0;
};

/// ISA interrupt `source` arrives as `gsi`.
struct InterruptOverride {
    base::u8 source = 0;
    base::u32 gsi = 0;
    Polarity polarity = Polarity::OfBus;
    Trigger trigger = Trigger::OfBus;
};

/// A GSI that is an NMI.
struct NmiSource {
    base::u32 gsi = 0;
    Polarity polarity = Polarity::OfBus;
    Trigger trigger = Trigger::OfBus;
};

/// The pin LINT`pin` of a processor, or of all processors, that is an NMI.
struct LocalApicNmi {
    std::optional<base::u32> processor_uid; ///< none: all
    base::u8 pin = 0;
    Polarity polarity = Polarity::OfBus;
    Trigger trigger = Trigger::OfBus;
};

using MadtEntry = std::variant<LocalApic, IoApic, InterruptOverride, NmiSource, LocalApicNmi>;

/// A position among the entries.
class MadtEntries {
  public:
    explicit MadtEntries(std::span<const std::byte> bytes) : rest_(bytes) {}

    /// The next entry of a known kind, none at the end. Corrupt if it is too short, or as SubStructures::next.
    base::Result<std::optional<MadtEntry>> next();

  private:
    SubStructures<ShortHead> rest_;
};

class Madt {
  public:
    static constexpr Signature kSignature{"APIC"};

    /// Corrupt if the table is too short or its local APIC address override is.
    static base::Result<Madt> decode(const Table& table);

    /// Where every processor sees its local APIC.
    [[nodiscard]] base::PhysicalAddress local_apic_address() const { return local_apic_address_; }

    /// Whether there are two 8259 controllers too, which must be masked.
    [[nodiscard]] bool is_pc_at_compatible() const { return is_pc_at_compatible_; }

    [[nodiscard]] MadtEntries entries() const { return MadtEntries(entries_); }

  private:
    Madt() = default;

    base::PhysicalAddress local_apic_address_;
    bool is_pc_at_compatible_ = false;
    std::span<const std::byte> entries_;
};

} // namespace acpi
