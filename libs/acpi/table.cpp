#include "libs/acpi/table.hpp"

#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;

Result<TableHeader> read_header(const boot::PhysicalReader& memory, PhysicalAddress address) {
    return read_front<TableHeader>(TRY(memory.read(address, Bytes{sizeof(TableHeader)})));
}

Result<Table> Table::read(const boot::PhysicalReader& memory, PhysicalAddress address) {
    const auto header = TRY(read_header(memory, address));
    const Bytes length{header.length};
    if (length < Bytes{sizeof(TableHeader)} || length > kMaximumLength) {
        return Error::Corrupt;
    }
    const auto bytes = TRY(memory.read(address, length));
    if (!sums_to_zero(bytes)) {
        return Error::Corrupt;
    }
    return Table(header, address, bytes);
}

} // namespace acpi
