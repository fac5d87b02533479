#include "libs/acpi/srat.hpp"

#include <limits>

namespace acpi {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

namespace {

using Decoded = Result<std::optional<SratEntry>>;

constexpr u16 kProcessor = 0;
constexpr u16 kMemory = 1;
constexpr u16 kX2Apic = 2;

constexpr unsigned kEnabledBit = 0;
constexpr unsigned kHotPluggableBit = 1;
constexpr unsigned kNonVolatileBit = 2;

constexpr usize kReservedBytes = 12;

struct RawProcessor {
    ShortHead head;
    u8 domain_low;
    u8 apic_id;
    u32 flags;
    u8 local_sapic_eid;
    std::array<u8, 3> domain_high;
    u32 clock_domain;
};

static_assert(sizeof(RawProcessor) == 16);

struct [[gnu::packed]] RawMemory {
    ShortHead head;
    u32 domain;
    u16 reserved;
    u64 start;
    u64 size;
    u32 reserved_before_flags;
    u32 flags;
    u64 reserved_at_end;
};

static_assert(sizeof(RawMemory) == 40);

struct RawX2Apic {
    ShortHead head;
    u16 reserved;
    u32 domain;
    u32 apic_id;
    u32 flags;
    u32 clock_domain;
    u32 reserved_at_end;
};

static_assert(sizeof(RawX2Apic) == 24);

Decoded decode_processor(const SubStructure& structure, u32 domain_mask) {
    const auto raw = TRY(structure.as<RawProcessor>());
    const u32 domain = u32{raw.domain_low} | u32{raw.domain_high[0]} << 8 | u32{raw.domain_high[1]} << 16 |
                       u32{raw.domain_high[2]} << 24;
    return ProcessorAffinity{.apic_id = raw.apic_id,
                             .domain = domain & domain_mask,
                             .clock_domain = raw.clock_domain,
                             .enabled = has_bit(raw.flags, kEnabledBit)};
}

Decoded decode_x2apic(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawX2Apic>());
    return ProcessorAffinity{.apic_id = raw.apic_id,
                             .domain = raw.domain,
                             .clock_domain = raw.clock_domain,
                             .enabled = has_bit(raw.flags, kEnabledBit)};
}

Decoded decode_memory(const SubStructure& structure, u32 domain_mask) {
    const auto raw = TRY(structure.as<RawMemory>());
    const bool enabled = has_bit(raw.flags, kEnabledBit);
    if (enabled && raw.size > std::numeric_limits<u64>::max() - raw.start) {
        return Error::Corrupt;
    }
    return MemoryAffinity{.domain = raw.domain & domain_mask,
                          .start = PhysicalAddress{raw.start},
                          .size = Bytes{raw.size},
                          .enabled = enabled,
                          .hot_pluggable = has_bit(raw.flags, kHotPluggableBit),
                          .non_volatile = has_bit(raw.flags, kNonVolatileBit)};
}

/// Nothing if the type is not known.
Decoded decode_entry(const SubStructure& structure, u32 domain_mask) {
    switch (structure.type) {
    case kProcessor: return decode_processor(structure, domain_mask);
    case kMemory: return decode_memory(structure, domain_mask);
    case kX2Apic: return decode_x2apic(structure);
    default: return std::nullopt;
    }
}

} // namespace

Result<std::optional<SratEntry>> SratEntries::next() {
    while (const auto structure = TRY(rest_.next())) {
        if (const auto entry = TRY(decode_entry(*structure, domain_mask_))) {
            return entry;
        }
    }
    return std::nullopt;
}

Result<Srat> Srat::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    if (body.size() < kReservedBytes) {
        return Error::Corrupt;
    }
    // Domains had 8 bits in revision 1; what became the other bits was reserved and may hold anything.
    const u32 domain_mask = table.revision() < 2 ? 0xff : ~u32{0};
    return Srat(body.subspan(kReservedBytes), domain_mask);
}

} // namespace acpi
