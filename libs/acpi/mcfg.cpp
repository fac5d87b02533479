#include "libs/acpi/mcfg.hpp"

#include <limits>

#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

namespace {

constexpr usize kReservedBytes = 8;
constexpr u64 kBytesPerBus = 1 << 20;

struct RawSegment {
    u64 base;
    u16 segment;
    u8 first_bus;
    u8 last_bus;
    u32 reserved;
};

static_assert(sizeof(RawSegment) == 16);

} // namespace

Result<std::optional<PciSegment>> McfgSegments::next() {
    if (rest_.empty()) {
        return std::nullopt;
    }
    const auto bytes = rest_;
    rest_ = bytes.subspan(std::min(sizeof(RawSegment), bytes.size()));
    const auto raw = TRY(read_front<RawSegment>(bytes));
    const u64 size = (u64{raw.last_bus} + 1) * kBytesPerBus;
    if (raw.first_bus > raw.last_bus || raw.base > std::numeric_limits<u64>::max() - size) {
        return Error::Corrupt;
    }
    return PciSegment{.base = PhysicalAddress{raw.base},
                      .segment = raw.segment,
                      .first_bus = raw.first_bus,
                      .last_bus = raw.last_bus};
}

Result<Mcfg> Mcfg::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    if (body.size() < kReservedBytes) {
        return Error::Corrupt;
    }
    return Mcfg(body.subspan(kReservedBytes));
}

} // namespace acpi
