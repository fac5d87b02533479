#include "libs/acpi/sleep_type.hpp"

#include "base/byte_reader.hpp"
#include "base/text_view.hpp"
#include "libs/acpi/aml.hpp"

namespace acpi {

using base::ByteReader;
using base::Error;
using base::Result;
using base::u64;
using base::u8;
using base::usize;

namespace {

constexpr std::string_view kName = "_S5_";
constexpr u64 kLargestType = 7;

/// [acpi] 20.3.
constexpr char kRootPrefix = '\\';

/// Whether the name at `at` is being defined as a package: NameOp, maybe the root, the name, PackageOp.
bool defines_package(std::string_view aml, usize at) {
    std::string_view before = aml.substr(0, at);
    if (before.ends_with(kRootPrefix)) {
        before.remove_suffix(1);
    }
    return before.ends_with(aml::kNameOp) && aml.substr(at + kName.size()).starts_with(aml::kPackageOp);
}

Result<S5> check_types(u64 type_a, u64 type_b) {
    if (type_a > kLargestType || type_b > kLargestType) {
        return Error::Corrupt;
    }
    return S5{.type_a = static_cast<u8>(type_a), .type_b = static_cast<u8>(type_b)};
}

/// `reader` stands behind the PackageOp.
Result<S5> read_s5(ByteReader reader) {
    ByteReader package(TRY(aml::take_package(reader)));
    const auto count = TRY(package.read<u8>());
    if (count == 0) {
        return Error::Corrupt;
    }
    const u64 first = TRY(aml::read_integer(package));
    if (count == 1) {
        // Seen in firmware instead of two elements: both in one, the first in the low byte.
        return check_types(first & 0xff, first >> 8);
    }
    return check_types(first, TRY(aml::read_integer(package)));
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
