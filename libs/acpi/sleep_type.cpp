#include "libs/acpi/sleep_type.hpp"

#include "base/byte_reader.hpp"
#include "base/text_view.hpp"

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

constexpr std::string_view kName = "_S5_";
constexpr u64 kLargestType = 7;

/// [acpi] 20.3.
constexpr char kNameOp = 0x08;
constexpr char kPackageOp = 0x12;
constexpr char kRootPrefix = '\\';
constexpr u8 kZeroOp = 0x00;
constexpr u8 kOneOp = 0x01;
constexpr u8 kBytePrefix = 0x0a;
constexpr u8 kWordPrefix = 0x0b;
constexpr u8 kDoubleWordPrefix = 0x0c;
constexpr u8 kQuadWordPrefix = 0x0e;

/// Whether the name at `at` is being defined as a package: NameOp, maybe the root, the name, PackageOp.
bool defines_package(std::string_view aml, usize at) {
    std::string_view before = aml.substr(0, at);
    if (before.ends_with(kRootPrefix)) {
        before.remove_suffix(1);
    }
    return before.ends_with(kNameOp) && aml.substr(at + kName.size()).starts_with(kPackageOp);
}

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

Result<S5> check_types(u64 type_a, u64 type_b) {
    if (type_a > kLargestType || type_b > kLargestType) {
        return Error::Corrupt;
    }
    return S5{.type_a = static_cast<u8>(type_a), .type_b = static_cast<u8>(type_b)};
}

/// `reader` stands behind the PackageOp.
Result<S5> read_s5(ByteReader reader) {
    ByteReader package(TRY(take_package(reader)));
    const auto count = TRY(package.read<u8>());
    if (count == 0) {
        return Error::Corrupt;
    }
    const u64 first = TRY(read_integer(package));
    if (count == 1) {
        // Seen in firmware instead of two elements: both in one, the first in the low byte.
        return check_types(first & 0xff, first >> 8);
    }
    return check_types(first, TRY(read_integer(package)));
}

} // namespace

Result<S5> sleep_type_s5(std::span<const std::byte> aml) {
    const std::string_view text = base::text_view(aml);
    Error failure = Error::NotFound;
    for (usize at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at + 1)) {
        if (!defines_package(text, at)) {
            continue;
        }
        const auto s5 = read_s5(ByteReader(aml.subspan(at + kName.size() + 1)));
        if (s5) {
            return s5;
        }
        failure = Error::Corrupt;
    }
    return failure;
}

} // namespace acpi
