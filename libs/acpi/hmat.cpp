#include "libs/acpi/hmat.hpp"

namespace acpi {

using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u8;
using base::usize;

namespace {

using Decoded = Result<std::optional<HmatEntry>>;

constexpr u16 kMemoryDomain = 0;
constexpr u16 kMatrix = 1;
constexpr unsigned kInitiatorValidBit = 0;
constexpr usize kReservedBytes = 4;

struct RawMemoryDomain {
    WideHead head;
    u16 flags;
    u16 reserved;
    u32 initiator_domain;
    u32 memory_domain;
    std::array<u32, 5> reserved_at_end;
};

static_assert(sizeof(RawMemoryDomain) == 40);

Decoded decode_memory_domain(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawMemoryDomain>());
    MemoryDomainAttributes result{.memory_domain = raw.memory_domain, .initiator_domain = {}};
    if (has_bit(raw.flags, kInitiatorValidBit)) {
        result.initiator_domain = raw.initiator_domain;
    }
    return result;
}

Decoded decode_matrix(const SubStructure& structure) {
    const auto matrix = HmatMatrix::decode(structure);
    if (!matrix && matrix.error() == Error::Unsupported) {
        return std::nullopt;
    }
    return TRY(matrix);
}

/// Nothing if the type is not known.
Decoded decode_entry(const SubStructure& structure) {
    switch (structure.type) {
    case kMemoryDomain: return decode_memory_domain(structure);
    case kMatrix: return decode_matrix(structure);
    default: return std::nullopt;
    }
}

} // namespace

Result<std::optional<HmatEntry>> HmatEntries::next() {
    while (const auto structure = TRY(rest_.next())) {
        if (const auto entry = TRY(decode_entry(*structure))) {
            return entry;
        }
    }
    return std::nullopt;
}

Result<Hmat> Hmat::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    if (table.revision() < 2) {
        return Error::Unsupported;
    }
    if (body.size() < kReservedBytes) {
        return Error::Corrupt;
    }
    return Hmat(body.subspan(kReservedBytes));
}

} // namespace acpi
