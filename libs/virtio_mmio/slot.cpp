#include "libs/virtio_mmio/slot.hpp"

#include <algorithm>
#include <limits>

#include "libs/boot/command_line.hpp"

namespace virtio_mmio {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;
using base::usize;

namespace {

/// The registers before a device's own, [virtio-1.2] 4.2.2. Aligned to that, they do not cross a page.
constexpr u64 kRegisterBytes = 0x100;
constexpr u64 kMaximumSize = 1 << 20;
constexpr u64 kMaximumAddress = (1ULL << 52) - kMaximumSize;
constexpr u64 kMaximumGsi = 1023;

constexpr u32 kMagic = 0x74726976; // "virt"
constexpr u32 kLegacy = 1;
constexpr u32 kModern = 2;

constexpr PhysicalAddress kMicrovmSlots{0xfeb00000};
constexpr Bytes kMicrovmSlotBytes{0x200};

/// [virtio-1.2] 5, by number.
constexpr std::array<std::string_view, 27> kDevices{
    "none",  "network", "block",   "console", "entropy", "balloon", "unknown", "unknown", "scsi",
    "9p",    "unknown", "unknown", "unknown", "unknown", "unknown", "unknown", "gpu",     "unknown",
    "input", "socket",  "crypto",  "unknown", "unknown", "iommu",   "memory",  "sound",   "file system"};

/// Cuts what stands before `mark` off `text`. InvalidArgument if it is not there.
Result<std::string_view> take_until(std::string_view& text, char mark) {
    const usize at = text.find(mark);
    if (at == std::string_view::npos) {
        return Error::InvalidArgument;
    }
    const std::string_view before = text.substr(0, at);
    text.remove_prefix(at + 1);
    return before;
}

Result<Slot> parse(std::string_view text) {
    const u64 size = TRY(boot::parse_size(TRY(take_until(text, '@')), kMaximumSize));
    const u64 address = TRY(boot::parse_number(TRY(take_until(text, ':')), kMaximumAddress));
    const usize id = text.find(':');
    const u64 gsi = TRY(boot::parse_number(text.substr(0, id), kMaximumGsi));
    if (id != std::string_view::npos) {
        TRY(boot::parse_number(text.substr(id + 1), std::numeric_limits<u32>::max()));
    }
    if (size < kRegisterBytes || address == 0 || address % kRegisterBytes != 0) {
        return Error::InvalidArgument;
    }
    return Slot{.registers = PhysicalAddress{address}, .size = Bytes{size}, .gsi = static_cast<u32>(gsi)};
}

} // namespace

Result<Slot> parse_slot(std::string_view text) {
    const auto slot = parse(text);
    return slot ? slot : Error::InvalidArgument;
}

MicrovmSlots::MicrovmSlots(bool has_second_io_apic) : count_(has_second_io_apic ? 24 : 8) {
    const u32 first_gsi = has_second_io_apic ? 24 : 16;
    for (u32 number = 0; number < count_; ++number) {
        slots_.at(number) = {.registers = kMicrovmSlots + kMicrovmSlotBytes * number,
                             .size = kMicrovmSlotBytes,
                             .gsi = first_gsi + number};
    }
}

Result<Identity> identify(u32 magic, u32 version, u32 device) {
    if (magic != kMagic || device == 0) {
        return Error::NotFound;
    }
    if (version != kLegacy && version != kModern) {
        return Error::Unsupported;
    }
    return Identity{.version = version, .device = device};
}

std::string_view device_name(u32 device) { return device < kDevices.size() ? kDevices.at(device) : "unknown"; }

} // namespace virtio_mmio
