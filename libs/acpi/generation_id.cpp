#include "libs/acpi/generation_id.hpp"

#include <string_view>

#include "base/text_view.hpp"
#include "libs/acpi/aml.hpp"

namespace acpi {

using base::ByteReader;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u64;
using base::u8;
using base::usize;

namespace {

constexpr std::string_view kDevice = "VM_Gen_Counter";
constexpr std::string_view kQemuName = "\x08VGIA";
constexpr std::string_view kAddressName = "\x08\x41\x44\x44R\x12"; // Name(ADDR, Package
constexpr u64 kQemuOffset = 40;
constexpr unsigned kHalf = 32;

/// Behind the first `name`; empty if there is none.
std::span<const std::byte> behind(std::span<const std::byte> code, std::string_view name) {
    const usize at = base::text_view(code).find(name);
    return at == std::string_view::npos ? std::span<const std::byte>{} : code.subspan(at + name.size());
}

Result<u64> qemu_address(std::span<const std::byte> code) {
    ByteReader reader(behind(code, kQemuName));
    const u64 page = TRY(aml::read_integer(reader));
    return page == 0 ? Result<u64>{Error::NotFound} : Result<u64>{page + kQemuOffset};
}

Result<u64> package_address(std::span<const std::byte> code) {
    ByteReader reader(behind(code, kAddressName));
    ByteReader package(TRY(aml::take_package(reader)));
    if (TRY(package.read<u8>()) < 2) {
        return Error::Corrupt;
    }
    const u64 low = TRY(aml::read_integer(package));
    const u64 high = TRY(aml::read_integer(package));
    return (high << kHalf) + low;
}

} // namespace

Result<PhysicalAddress> generation_id_address(std::span<const std::byte> code) {
    if (behind(code, kDevice).empty()) {
        return Error::NotFound;
    }
    if (const auto address = qemu_address(code)) {
        return PhysicalAddress{*address};
    }
    const auto address = package_address(behind(code, kDevice));
    return address && *address != 0 ? Result<PhysicalAddress>{PhysicalAddress{*address}} : Error::Unsupported;
}

} // namespace acpi
