#include "kernel/platform/firmware_tables.hpp"

namespace kernel::platform {

void FirmwareTables::note(const acpi::Tables& tables, base::PhysicalAddress dsdt) {
    for (base::usize index = 0; index < tables.count(); ++index) {
        add(tables.read(tables.listing(index).address));
    }
    if (dsdt != base::PhysicalAddress{0}) {
        add(tables.read(dsdt));
    }
}

void FirmwareTables::add(const base::Result<acpi::Table>& table) {
    if (table) {
        tables_.at(count_++) = {
            .signature = table->signature(), .address = table->address(), .length = base::Bytes{table->bytes().size()}};
    }
}

} // namespace kernel::platform
