/// The Root System Description Pointer, [acpi] 5.2.5: where the list of tables is.
#pragma once

#include "libs/boot/physical_reader.hpp"

namespace acpi {

/// Address 0 is none.
struct Root {
    base::u8 revision = 0; ///< 0: ACPI 1.0, which has no XSDT; 2: later
    base::PhysicalAddress rsdt;
    base::PhysicalAddress xsdt;
};

/// The pointer at `address`. OutOfRange if it is not in memory; Corrupt if signature, length or a checksum is wrong.
[[nodiscard]] base::Result<Root> read_root(const boot::PhysicalReader& memory, base::PhysicalAddress address);

/// Searches a good pointer where PC firmware puts it, [acpi] 5.2.5.1: the first KiB of the extended BIOS data area,
/// then 0xe0000 to 0xfffff. NotFound if there is none.
[[nodiscard]] base::Result<base::PhysicalAddress> find_root(const boot::PhysicalReader& memory);

} // namespace acpi
