/// Places for virtio devices in memory: [virtio-1.2] 4.2.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace virtio_mmio {

/// A place where a device may be.
struct Slot {
    base::PhysicalAddress registers;
    base::Bytes size;
    base::u32 gsi = 0;

    friend constexpr bool operator==(const Slot&, const Slot&) = default;
};

/// The word behind `virtio_mmio.device=`: SIZE@ADDRESS:IRQ or SIZE@ADDRESS:IRQ:ID, as QEMU and Firecracker write it for
/// Linux; numbers decimal or with 0x, the size also with K or M. InvalidArgument if it is anything else, has no room
/// for the registers, or wraps.
base::Result<Slot> parse_slot(std::string_view text);

/// The slots of QEMU's microvm with ACPI, which only its AML tells.
class MicrovmSlots {
  public:
    /// How many, and their interrupts, depends on whether there is a second I/O APIC.
    explicit MicrovmSlots(bool has_second_io_apic);

    [[nodiscard]] std::span<const Slot> all() const { return std::span(slots_).first(count_); }

  private:
    std::array<Slot, 24> slots_{};
    base::usize count_ = 0;
};

/// What the first registers say.
struct Identity {
    base::u32 version = 0; ///< 1: legacy; 2: as the specification has it
    base::u32 device = 0;  ///< [virtio-1.2] 5
};

/// Offsets of the registers that identify() wants.
inline constexpr base::u64 kMagicOffset = 0;
inline constexpr base::u64 kVersionOffset = 4;
inline constexpr base::u64 kDeviceOffset = 8;

/// NotFound if there is no device; Unsupported if it is of a version that is not known.
base::Result<Identity> identify(base::u32 magic, base::u32 version, base::u32 device);

/// The name of a kind of device; "unknown" if it has none here.
std::string_view device_name(base::u32 device);

} // namespace virtio_mmio
