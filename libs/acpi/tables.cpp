#include "libs/acpi/tables.hpp"

#include "base/assert.hpp"

namespace acpi {

using base::ByteReader;
using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;
using base::usize;

/// Replaces what was loaded, also on failure.
template <base::PlainBytes Entry>
Result<void> Tables::load(PhysicalAddress list, Signature signature) {
    count_ = 0;
    if (list == PhysicalAddress{0}) {
        return Error::NotFound;
    }
    const Table table = TRY(Table::read(*memory_, list));
    if (table.signature() != signature || table.body().size() % sizeof(Entry) != 0 ||
        table.body().size() / sizeof(Entry) > kMaximumTables) {
        return Error::Corrupt;
    }
    ByteReader reader(table.body());
    while (const auto entry = reader.read<Entry>()) {
        if (*entry != 0) {
            addresses_[count_++] = PhysicalAddress{*entry};
        }
    }
    return {};
}

Result<Tables> Tables::open(const boot::PhysicalReader& memory, PhysicalAddress root) {
    const Root pointer = TRY(read_root(memory, root));
    Tables tables(memory);
    const auto extended = tables.load<u64>(pointer.xsdt, Signature{"XSDT"});
    if (extended) {
        return tables;
    }
    const auto legacy = tables.load<u32>(pointer.rsdt, Signature{"RSDT"});
    if (legacy) {
        return tables;
    }
    return legacy.error() == Error::NotFound ? extended.error() : legacy.error();
}

TableListing Tables::listing(usize index) const {
    ASSERT(index < count_, "no such table");
    TableListing result{.address = addresses_[index], .signature = Signature{"????"}, .length = {}, .state = {}};
    const auto header = read_header(*memory_, result.address);
    if (!header) {
        result.state = header.error();
        return result;
    }
    result.signature = header->signature.printable();
    result.length = Bytes{header->length};
    if (const auto table = read(result.address); !table) {
        result.state = table.error();
    }
    return result;
}

Result<Table> Tables::find(Signature signature, usize instance) const {
    for (const PhysicalAddress address : std::span(addresses_).first(count_)) {
        const auto header = read_header(*memory_, address);
        if (header && header->signature == signature && instance-- == 0) {
            return read(address);
        }
    }
    return Error::NotFound;
}

} // namespace acpi
