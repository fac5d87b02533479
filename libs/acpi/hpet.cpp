#include "libs/acpi/hpet.hpp"

#include "libs/acpi/generic_address.hpp"
#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u8;

namespace {

struct [[gnu::packed]] RawHpet {
    u32 block_id;
    RawGenericAddress address;
    u8 number;
    u16 minimum_tick;
    u8 page_protection;
};

static_assert(sizeof(RawHpet) == 20);

} // namespace

Result<Hpet> Hpet::decode(const Table& table) {
    const auto raw = TRY(read_front<RawHpet>(TRY(table.body_of(kSignature))));
    const GenericAddress place = raw.address.decode();
    if (place.space != AddressSpace::Memory || place.address == 0) {
        return Error::Corrupt;
    }
    Hpet result;
    result.address = PhysicalAddress{place.address};
    result.block_id = raw.block_id;
    result.number = raw.number;
    result.minimum_tick = raw.minimum_tick;
    return result;
}

} // namespace acpi
