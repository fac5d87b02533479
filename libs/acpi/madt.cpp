#include "libs/acpi/madt.hpp"

namespace acpi {

using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

namespace {

using Decoded = Result<std::optional<MadtEntry>>;

/// The structures' types, [acpi] 5.2.12.
constexpr u16 kLocalApic = 0;
constexpr u16 kIoApic = 1;
constexpr u16 kInterruptOverride = 2;
constexpr u16 kNmiSource = 3;
constexpr u16 kLocalApicNmi = 4;
constexpr u16 kLocalApicAddress = 5;
constexpr u16 kLocalX2Apic = 9;
constexpr u16 kLocalX2ApicNmi = 10;

constexpr unsigned kEnabledBit = 0;
constexpr unsigned kOnlineCapableBit = 1;

struct RawMadt {
    u32 local_apic_address;
    u32 flags;
};

struct RawLocalApic {
    ShortHead head;
    u8 processor_uid;
    u8 apic_id;
    u32 flags;
};

struct RawIoApic {
    ShortHead head;
    u8 id;
    u8 reserved;
    u32 address;
    u32 first_gsi;
};

struct [[gnu::packed]] RawInterruptOverride {
    ShortHead head;
    u8 bus;
    u8 source;
    u32 gsi;
    u16 flags;
};

static_assert(sizeof(RawInterruptOverride) == 10);

struct RawNmiSource {
    ShortHead head;
    u16 flags;
    u32 gsi;
};

struct [[gnu::packed]] RawLocalApicNmi {
    ShortHead head;
    u8 processor_uid;
    u16 flags;
    u8 pin;
};

static_assert(sizeof(RawLocalApicNmi) == 6);

struct [[gnu::packed]] RawLocalApicAddress {
    ShortHead head;
    u16 reserved;
    u64 address;
};

static_assert(sizeof(RawLocalApicAddress) == 12);

struct RawLocalX2Apic {
    ShortHead head;
    u16 reserved;
    u32 apic_id;
    u32 flags;
    u32 processor_uid;
};

struct RawLocalX2ApicNmi {
    ShortHead head;
    u16 flags;
    u32 processor_uid;
    u8 pin;
    std::array<u8, 3> reserved;
};

/// The number between is reserved and says nothing.
Polarity polarity_of(u16 flags) {
    switch (flags & 3) {
    case 1: return Polarity::ActiveHigh;
    case 3: return Polarity::ActiveLow;
    default: return Polarity::OfBus;
    }
}

Trigger trigger_of(u16 flags) {
    switch (flags >> 2 & 3) {
    case 1: return Trigger::Edge;
    case 3: return Trigger::Level;
    default: return Trigger::OfBus;
    }
}

template <class Raw>
Decoded decode_local_apic(const SubStructure& structure) {
    const auto raw = TRY(structure.as<Raw>());
    return LocalApic{.processor_uid = raw.processor_uid,
                     .apic_id = raw.apic_id,
                     .enabled = has_bit(raw.flags, kEnabledBit),
                     .online_capable = has_bit(raw.flags, kOnlineCapableBit)};
}

Decoded decode_io_apic(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawIoApic>());
    return IoApic{.id = raw.id, .address = PhysicalAddress{raw.address}, .first_gsi = raw.first_gsi};
}

Decoded decode_interrupt_override(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawInterruptOverride>());
    return InterruptOverride{
        .source = raw.source, .gsi = raw.gsi, .polarity = polarity_of(raw.flags), .trigger = trigger_of(raw.flags)};
}

Decoded decode_nmi_source(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawNmiSource>());
    return NmiSource{.gsi = raw.gsi, .polarity = polarity_of(raw.flags), .trigger = trigger_of(raw.flags)};
}

template <class Raw>
Decoded decode_local_apic_nmi(const SubStructure& structure) {
    const auto raw = TRY(structure.as<Raw>());
    LocalApicNmi result{
        .processor_uid = {}, .pin = raw.pin, .polarity = polarity_of(raw.flags), .trigger = trigger_of(raw.flags)};
    if (raw.processor_uid != std::numeric_limits<decltype(raw.processor_uid)>::max()) {
        result.processor_uid = raw.processor_uid;
    }
    return result;
}

/// Nothing if the type is not known.
Decoded decode_entry(const SubStructure& structure) {
    switch (structure.type) {
    case kLocalApic: return decode_local_apic<RawLocalApic>(structure);
    case kIoApic: return decode_io_apic(structure);
    case kInterruptOverride: return decode_interrupt_override(structure);
    case kNmiSource: return decode_nmi_source(structure);
    case kLocalApicNmi: return decode_local_apic_nmi<RawLocalApicNmi>(structure);
    case kLocalX2Apic: return decode_local_apic<RawLocalX2Apic>(structure);
    case kLocalX2ApicNmi: return decode_local_apic_nmi<RawLocalX2ApicNmi>(structure);
    default: return std::nullopt;
    }
}

/// `fallback` if nothing overrides it. What is wrong with the list is for MadtEntries to tell.
Result<PhysicalAddress> find_local_apic_address(std::span<const std::byte> entries, u32 fallback) {
    SubStructures<ShortHead> rest(entries);
    while (const auto structure = rest.next().value_or(std::nullopt)) {
        if (structure->type == kLocalApicAddress) {
            return PhysicalAddress{TRY(structure->as<RawLocalApicAddress>()).address};
        }
    }
    return PhysicalAddress{fallback};
}

} // namespace

Result<std::optional<MadtEntry>> MadtEntries::next() {
    while (const auto structure = TRY(rest_.next())) {
        if (const auto entry = TRY(decode_entry(*structure))) {
            return entry;
        }
    }
    return std::nullopt;
}

Result<Madt> Madt::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    const auto raw = TRY(read_front<RawMadt>(body));
    Madt madt;
    madt.entries_ = body.subspan(sizeof(RawMadt));
    madt.local_apic_address_ = TRY(find_local_apic_address(madt.entries_, raw.local_apic_address));
    madt.is_pc_at_compatible_ = has_bit(raw.flags, 0);
    return madt;
}

} // namespace acpi
