#include "libs/acpi/root.hpp"

#include <array>
#include <string_view>

#include "base/text_view.hpp"
#include "libs/acpi/plain_bytes.hpp"

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
using namespace base::literals;

namespace {

constexpr std::string_view kSignature = "RSD PTR ";
constexpr Bytes kStep{16};
/// A longer pointer is garbage; all versions know 36 bytes.
constexpr u32 kMaximumLength = 256;

/// ACPI 1.0.
struct RawRoot {
    std::array<char, 8> signature;
    u8 checksum;
    std::array<char, 6> oem;
    u8 revision;
    u32 rsdt;
};

static_assert(sizeof(RawRoot) == 20);

/// What ACPI 2.0 added behind it.
struct [[gnu::packed]] RawExtension {
    u32 length;
    u64 xsdt;
    u8 checksum;
    std::array<u8, 3> reserved;
};

static_assert(sizeof(RawExtension) == 16);

Result<RawExtension> read_extension(const boot::PhysicalReader& memory, PhysicalAddress root) {
    const PhysicalAddress address = root + Bytes{sizeof(RawRoot)};
    const auto extension = TRY(read_front<RawExtension>(TRY(memory.read(address, Bytes{sizeof(RawExtension)}))));
    if (extension.length < sizeof(RawRoot) + sizeof(RawExtension) || extension.length > kMaximumLength) {
        return Error::Corrupt;
    }
    if (!sums_to_zero(TRY(memory.read(root, Bytes{extension.length})))) {
        return Error::Corrupt;
    }
    return extension;
}

/// Searches [start, start + size), both multiples of kStep. By pages, for not every one may be readable.
Result<PhysicalAddress> find_root_in(const boot::PhysicalReader& memory, PhysicalAddress start, Bytes size) {
    const PhysicalAddress end = start + size;
    while (start < end) {
        const PhysicalAddress page_end = (start + 1_B).align_up(Bytes{base::kPageSize});
        const auto page = memory.read_up_to(start, std::min(end, page_end) - start);
        for (usize offset = 0; offset + kSignature.size() <= page.size(); offset += kStep.value()) {
            const PhysicalAddress candidate = start + Bytes{offset};
            if (base::text_view(page.subspan(offset, kSignature.size())) == kSignature &&
                read_root(memory, candidate)) {
                return candidate;
            }
        }
        start = page_end;
    }
    return Error::NotFound;
}

/// Start of the extended BIOS data area, by the segment that the BIOS data area names.
Result<PhysicalAddress> read_extended_area(const boot::PhysicalReader& memory) {
    constexpr PhysicalAddress kSegment{0x40e};
    constexpr PhysicalAddress kLowest{0x500};
    const auto segment = TRY(read_front<u16>(TRY(memory.read(kSegment, Bytes{sizeof(u16)}))));
    const PhysicalAddress area{u64{segment} << 4};
    if (area < kLowest) {
        return Error::NotFound;
    }
    return area;
}

} // namespace

Result<Root> read_root(const boot::PhysicalReader& memory, PhysicalAddress address) {
    const auto bytes = TRY(memory.read(address, Bytes{sizeof(RawRoot)}));
    const auto root = TRY(read_front<RawRoot>(bytes));
    if (!base::text_view(bytes).starts_with(kSignature) || !sums_to_zero(bytes)) {
        return Error::Corrupt;
    }
    Root result{.revision = root.revision, .rsdt = PhysicalAddress{root.rsdt}, .xsdt = {}};
    if (root.revision >= 2) {
        result.xsdt = PhysicalAddress{TRY(read_extension(memory, address)).xsdt};
    }
    return result;
}

Result<PhysicalAddress> find_root(const boot::PhysicalReader& memory) {
    if (const auto area = read_extended_area(memory)) {
        if (const auto root = find_root_in(memory, *area, 1_KiB)) {
            return root;
        }
    }
    return find_root_in(memory, PhysicalAddress{0xe0000}, 128_KiB);
}

} // namespace acpi
