#include "libs/mp_table/mp_table.hpp"

#include <string_view>

#include "libs/acpi/plain_bytes.hpp"

namespace mp_table {

using acpi::Polarity;
using acpi::Trigger;
using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;
using namespace base::literals;

namespace {

constexpr std::string_view kPointerSignature = "_MP_";
constexpr std::string_view kTableSignature = "PCMP";
constexpr std::string_view kIsaBus = "ISA   ";
constexpr Bytes kStep{16};
constexpr u32 kPinsOfAnIoApic = 24;

// The entries' types, [mp] table 4-3.
constexpr u8 kProcessor = 0;
constexpr u8 kBus = 1;
constexpr u8 kIoApic = 2;
constexpr u8 kInterrupt = 3;
constexpr u8 kLocalInterrupt = 4;

constexpr u8 kVectored = 0;
constexpr u8 kUnmaskable = 1;

/// [mp] 4.1.
struct RawPointer {
    std::array<char, 4> signature;
    u32 table;
    u8 length; ///< in units of 16 bytes
    u8 revision;
    u8 checksum;
    u8 default_configuration; ///< 0: there is a table
    u8 features;
    std::array<u8, 3> reserved;
};

static_assert(sizeof(RawPointer) == 16);

/// [mp] 4.2.
struct RawHeader {
    std::array<char, 4> signature;
    u16 length;
    u8 revision;
    u8 checksum;
    std::array<char, 20> names;
    u32 oem_table;
    u16 oem_table_size;
    u16 entry_count;
    u32 local_apic;
    u16 extended_length;
    u8 extended_checksum;
    u8 reserved;
};

static_assert(sizeof(RawHeader) == 44);

struct RawProcessor {
    u8 type;
    u8 apic_id;
    u8 apic_version;
    u8 flags; ///< bit 0: usable
    std::array<u8, 16> rest;
};

struct RawBus {
    u8 type;
    u8 id;
    std::array<char, 6> name;
};

struct RawIoApic {
    u8 type;
    u8 id;
    u8 version;
    u8 flags; ///< bit 0: usable
    u32 address;
};

struct RawInterrupt {
    u8 type;
    u8 kind;
    u16 flags;
    u8 bus;
    u8 bus_interrupt;
    u8 io_apic;
    u8 pin;
};

static_assert(sizeof(RawProcessor) == 20 && sizeof(RawBus) == 8 && sizeof(RawIoApic) == 8 && sizeof(RawInterrupt) == 8);

/// [mp] table 4-10; the number between is reserved and says nothing.
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

Result<RawPointer> read_pointer(const boot::PhysicalReader& memory, PhysicalAddress address) {
    const auto bytes = TRY(memory.read(address, Bytes{sizeof(RawPointer)}));
    const auto pointer = TRY(acpi::read_front<RawPointer>(bytes));
    if (!base::text_view(bytes).starts_with(kPointerSignature) || pointer.length != 1 || !acpi::sums_to_zero(bytes)) {
        return Error::Corrupt;
    }
    return pointer;
}

/// Searches [start, start + size), both multiples of kStep. By pages, for not every one may be readable.
Result<PhysicalAddress> find_pointer_in(const boot::PhysicalReader& memory, PhysicalAddress start, Bytes size) {
    const PhysicalAddress end = start + size;
    while (start < end) {
        const PhysicalAddress page_end = (start + 1_B).align_up(Bytes{base::kPageSize});
        const auto page = memory.read_up_to(start, std::min(end, page_end) - start);
        for (usize offset = 0; offset + sizeof(RawPointer) <= page.size(); offset += kStep.value()) {
            if (read_pointer(memory, start + Bytes{offset})) {
                return start + Bytes{offset};
            }
        }
        start = page_end;
    }
    return Error::NotFound;
}

/// A word of the BIOS data area; 0 if it cannot be read.
u64 read_bios_word(const boot::PhysicalReader& memory, PhysicalAddress address) {
    const auto bytes = memory.read(address, Bytes{sizeof(u16)});
    return bytes ? acpi::read_front<u16>(*bytes).value_or(u16{0}) : 0;
}

} // namespace

Result<PhysicalAddress> find_pointer(const boot::PhysicalReader& memory) {
    constexpr PhysicalAddress kExtendedSegment{0x40e};
    constexpr PhysicalAddress kBaseKibibytes{0x413};
    constexpr u64 kLowest = 0x500;
    constexpr u64 kHighest = 0xa0000;
    const u64 extended = read_bios_word(memory, kExtendedSegment) << 4;
    const u64 base_end = read_bios_word(memory, kBaseKibibytes) << 10;
    for (const u64 start : {extended, base_end - (1_KiB).value(), kHighest - (1_KiB).value()}) {
        if (start < kLowest || start >= kHighest) {
            continue;
        }
        if (const auto found = find_pointer_in(memory, PhysicalAddress{start}, 1_KiB)) {
            return found;
        }
    }
    return find_pointer_in(memory, PhysicalAddress{0xe0000}, 128_KiB);
}

Result<MpTable> MpTable::open(const boot::PhysicalReader& memory, PhysicalAddress pointer) {
    const auto raw = TRY(read_pointer(memory, pointer));
    if (raw.default_configuration != 0 || raw.table == 0) {
        return Error::NotFound;
    }
    const PhysicalAddress address{raw.table};
    const auto header = TRY(acpi::read_front<RawHeader>(TRY(memory.read(address, Bytes{sizeof(RawHeader)}))));
    if (std::string_view(header.signature.data(), header.signature.size()) != kTableSignature ||
        header.length < sizeof(RawHeader)) {
        return Error::Corrupt;
    }
    const auto whole = TRY(memory.read(address, Bytes{header.length}));
    if (!acpi::sums_to_zero(whole)) {
        return Error::Corrupt;
    }
    return MpTable(whole.subspan(sizeof(RawHeader)));
}

Result<std::optional<MpEntry>> MpEntries::next() {
    while (rest_.remaining() != 0) {
        const auto entry = take_entry();
        if (!entry) {
            rest_ = base::ByteReader({});
            return Error::Corrupt;
        }
        if (*entry) {
            return entry;
        }
    }
    return std::nullopt;
}

/// Nothing if it is of no interest.
MpEntries::Decoded MpEntries::take_entry() {
    base::ByteReader ahead = rest_;
    switch (TRY(ahead.read<u8>())) {
    case kProcessor: return take_processor();
    case kBus: return take_bus();
    case kIoApic: return take_io_apic();
    case kInterrupt: return take_interrupt();
    case kLocalInterrupt: TRY(rest_.skip(sizeof(RawInterrupt))); return std::nullopt;
    default: return Error::Corrupt;
    }
}

MpEntries::Decoded MpEntries::take_processor() {
    const auto raw = TRY(rest_.read<RawProcessor>());
    return acpi::LocalApic{
        .processor_uid = raw.apic_id, .apic_id = raw.apic_id, .enabled = acpi::has_bit(raw.flags, 0)};
}

MpEntries::Decoded MpEntries::take_bus() {
    const auto raw = TRY(rest_.read<RawBus>());
    is_isa_.at(raw.id) = std::string_view(raw.name.data(), raw.name.size()) == kIsaBus;
    return std::nullopt;
}

MpEntries::Decoded MpEntries::take_io_apic() {
    const auto raw = TRY(rest_.read<RawIoApic>());
    if (!acpi::has_bit(raw.flags, 0)) {
        return std::nullopt;
    }
    const u32 first_gsi = kPinsOfAnIoApic * io_apics_++;
    first_gsi_.at(raw.id) = first_gsi;
    return acpi::IoApic{.id = raw.id, .address = PhysicalAddress{raw.address}, .first_gsi = first_gsi};
}

MpEntries::Decoded MpEntries::take_interrupt() {
    const auto raw = TRY(rest_.read<RawInterrupt>());
    const auto& first_gsi = first_gsi_.at(raw.io_apic);
    if (!first_gsi || raw.pin >= kPinsOfAnIoApic) {
        return std::nullopt;
    }
    const u32 gsi = *first_gsi + raw.pin;
    if (raw.kind == kUnmaskable) {
        return acpi::NmiSource{.gsi = gsi, .polarity = polarity_of(raw.flags), .trigger = trigger_of(raw.flags)};
    }
    if (raw.kind != kVectored || !is_isa_.at(raw.bus)) {
        return std::nullopt;
    }
    return acpi::InterruptOverride{
        .source = raw.bus_interrupt, .gsi = gsi, .polarity = polarity_of(raw.flags), .trigger = trigger_of(raw.flags)};
}

} // namespace mp_table
