#include "libs/acpi/aml.hpp"

namespace acpi::aml {

using base::ByteReader;
using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr u8 kZeroOp = 0x00;
constexpr u8 kOneOp = 0x01;
constexpr u8 kBytePrefix = 0x0a;
constexpr u8 kWordPrefix = 0x0b;
constexpr u8 kDoubleWordPrefix = 0x0c;
constexpr u8 kQuadWordPrefix = 0x0e;

} // namespace

/// The contents of a package, whose length comes first and counts itself: [acpi] 20.2.4.
Result<std::span<const std::byte>> take_package(ByteReader& reader) {
    const auto lead = TRY(reader.read<u8>());
    const u32 following = lead >> 6;
    u32 length = following == 0 ? lead & 0x3f : lead & 0xf;
    for (u32 i = 0; i < following; ++i) {
        length |= u32{TRY(reader.read<u8>())} << (4 + 8 * i);
    }
    if (length < 1 + following) {
        return Error::Corrupt;
    }
    return reader.take(length - 1 - following);
}

Result<u64> read_integer(ByteReader& reader) {
    switch (TRY(reader.read<u8>())) {
    case kZeroOp: return 0U;
    case kOneOp: return 1U;
    case kBytePrefix: return TRY(reader.read<u8>());
    case kWordPrefix: return TRY(reader.read<u16>());
    case kDoubleWordPrefix: return TRY(reader.read<u32>());
    case kQuadWordPrefix: return TRY(reader.read<u64>());
    default: return Error::Corrupt;
    }
}

} // namespace acpi::aml
