/// Where the firmware's tables lie, for programs that read them.
#pragma once

#include <array>
#include <span>

#include "base/units.hpp"
#include "libs/acpi/tables.hpp"

namespace kernel::platform {

struct FirmwareTable {
    acpi::Signature signature;
    base::PhysicalAddress address;
    base::Bytes length; ///< with its header
};

/// The good ones of ACPI: those of the list, and the DSDT, to which another one points. Noted at boot, then only read.
class FirmwareTables {
  public:
    void note(const acpi::Tables& tables, base::PhysicalAddress dsdt);

    [[nodiscard]] std::span<const FirmwareTable> all() const { return std::span(tables_).first(count_); }

  private:
    void add(const base::Result<acpi::Table>& table);

    std::array<FirmwareTable, acpi::Tables::kMaximumTables + 1> tables_{};
    base::usize count_ = 0;
};

} // namespace kernel::platform
