/// The MultiProcessor Configuration Table, [mp] 4: processors and interrupts of machines without ACPI.
///
///     const auto table = TRY(MpTable::open(memory, TRY(find_pointer(memory))));
///     for (auto entries = table.entries(); const auto entry = TRY(entries.next());) { … }
#pragma once

#include <array>
#include <optional>
#include <variant>

#include "base/byte_reader.hpp"
#include "libs/acpi/madt.hpp"
#include "libs/boot/physical_reader.hpp"

namespace mp_table {

/// Searches a good floating pointer where [mp] 4.1 puts it: the first KiB of the extended BIOS data area, the last KiB
/// of base memory, 0xe0000 to 0xfffff. NotFound if there is none.
[[nodiscard]] base::Result<base::PhysicalAddress> find_pointer(const boot::PhysicalReader& memory);

/// The table's entries as ACPI would say it; interrupts of other buses than ISA are passed over: their pins are known
/// by where the device stands.
using MpEntry = std::variant<acpi::LocalApic, acpi::IoApic, acpi::InterruptOverride, acpi::NmiSource>;

/// A position among the entries. Buses and I/O APICs come before the interrupts that name them, [mp] 4.3. Pins are
/// counted as GSIs by 24 for each I/O APIC before: the table does not say how many pins one has.
class MpEntries {
  public:
    explicit MpEntries(std::span<const std::byte> entries) : rest_(entries) {}

    /// The next entry of a known kind, none at the end of the table, whose length counts and not its count of entries:
    /// qboot, the firmware of QEMU's microvm, leaves that 0. Corrupt if the table ends before it or its kind is
    /// unknown: the list ends there, for its length is not known.
    base::Result<std::optional<MpEntry>> next();

  private:
    using Decoded = base::Result<std::optional<MpEntry>>;

    Decoded take_processor();
    Decoded take_bus();
    Decoded take_io_apic();
    Decoded take_interrupt();
    Decoded take_entry();

    base::ByteReader rest_;
    std::array<bool, 256> is_isa_{};                        ///< by the bus's id
    std::array<std::optional<base::u32>, 256> first_gsi_{}; ///< by the I/O APIC's id
    base::u32 io_apics_ = 0;
};

class MpTable {
  public:
    /// The table that the floating pointer at `pointer` names. OutOfRange if either is not in memory; Corrupt if a
    /// signature, length or checksum is wrong; NotFound if the pointer names one of the default configurations of
    /// [mp] 5 instead of a table.
    static base::Result<MpTable> open(const boot::PhysicalReader& memory, base::PhysicalAddress pointer);

    [[nodiscard]] MpEntries entries() const { return MpEntries(entries_); }

  private:
    explicit MpTable(std::span<const std::byte> entries) : entries_(entries) {}

    std::span<const std::byte> entries_;
};

} // namespace mp_table
