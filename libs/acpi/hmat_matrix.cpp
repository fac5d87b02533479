#include "libs/acpi/hmat_matrix.hpp"

#include "base/checked.hpp"

namespace acpi {

using base::ByteReader;
using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

namespace {

constexpr u8 kLastQuantity = static_cast<u8>(HmatQuantity::WriteBandwidth);
constexpr u8 kCacheLevelMask = 0xf;
/// Values that are no measurement, [acpi-6.3] 5.2.27.4.
constexpr u16 kNothingKnown = 0;
constexpr u16 kUnreachable = 0xffff;

struct RawMatrix {
    WideHead head;
    u8 flags;
    u8 quantity;
    u8 minimum_transfer;
    u8 reserved;
    u32 initiators;
    u32 targets;
    u32 reserved_before_unit;
    u64 base_unit;
};

static_assert(sizeof(RawMatrix) == 32);

/// The next `count` values of `size` bytes. Both counts were compared with the structure's size, so nothing wraps.
Result<std::span<const std::byte>> take(ByteReader& reader, usize count, usize size) {
    const auto bytes = reader.take(count * size);
    if (!bytes) {
        return Error::Corrupt;
    }
    return *bytes;
}

} // namespace

Result<HmatMatrix> HmatMatrix::decode(const SubStructure& structure) {
    const auto raw = TRY(structure.as<RawMatrix>());
    if (raw.quantity > kLastQuantity) {
        return Error::Unsupported;
    }
    if (raw.base_unit == 0 || raw.initiators > structure.bytes.size() || raw.targets > structure.bytes.size()) {
        return Error::Corrupt;
    }
    ByteReader rest(structure.bytes.subspan(sizeof(RawMatrix)));
    HmatMatrix matrix;
    matrix.quantity_ = static_cast<HmatQuantity>(raw.quantity);
    matrix.cache_level_ = raw.flags & kCacheLevelMask;
    matrix.base_unit_ = raw.base_unit;
    matrix.initiators_ = TRY(take(rest, raw.initiators, sizeof(u32)));
    matrix.targets_ = TRY(take(rest, raw.targets, sizeof(u32)));
    matrix.values_ = TRY(take(rest, usize{raw.initiators} * raw.targets, sizeof(u16)));
    return matrix;
}

Result<u32> HmatMatrix::domain(std::span<const std::byte> list, usize index) {
    if (index >= list.size() / sizeof(u32)) {
        return Error::OutOfRange;
    }
    return read_front<u32>(list.subspan(index * sizeof(u32)));
}

Result<usize> HmatMatrix::index_of(std::span<const std::byte> list, u32 domain) {
    ByteReader reader(list);
    for (usize index = 0; const auto listed = reader.read<u32>(); ++index) {
        if (*listed == domain) {
            return index;
        }
    }
    return Error::NotFound;
}

Result<u64> HmatMatrix::value(u32 initiator, u32 target) const {
    const usize row = TRY(index_of(initiators_, initiator));
    const usize column = TRY(index_of(targets_, target));
    const usize index = row * target_count() + column;
    const auto value = TRY(read_front<u16>(values_.subspan(index * sizeof(u16))));
    if (value == kNothingKnown || value == kUnreachable) {
        return Error::NotFound;
    }
    return base::checked_multiply(base_unit_, u64{value});
}

} // namespace acpi
