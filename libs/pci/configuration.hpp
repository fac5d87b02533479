/// Configuration space of a PCI function: [pci] 6, [pcie] 7.
#pragma once

#include "base/bit_field.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace pci {

/// A function's place in its segment.
struct Function {
    base::u8 bus = 0;
    base::u8 device = 0;   ///< below 32
    base::u8 function = 0; ///< below 8

    friend constexpr bool operator==(const Function&, const Function&) = default;
};

/// How much of the window one bus, and one function, takes.
inline constexpr base::Bytes kBusBytes{1 << 20};
inline constexpr base::Bytes kFunctionBytes{1 << 12};

/// Offset of a function's configuration space within the memory of its bus: [pcie] 7.2.2.
[[nodiscard]] constexpr base::Bytes offset_in_bus(Function where) {
    return base::Bytes{(base::u64{where.device} << 15) | (base::u64{where.function} << 12)};
}

/// What is written to port 0xcf8 to reach the word at `offset`, a multiple of 4 below 256: [pci] 3.2.2.3.2.
[[nodiscard]] constexpr base::u32 port_address(Function where, base::u32 offset) {
    return 1U << 31 | base::u32{where.bus} << 16 | base::u32{where.device} << 11 | base::u32{where.function} << 8 |
           offset;
}

// Offsets of words: [pci] 6.1.
inline constexpr base::u32 kIdentity = 0x00;
inline constexpr base::u32 kCommandAndStatus = 0x04;
inline constexpr base::u32 kBaseAddress0 = 0x10;
inline constexpr base::u32 kCapabilities = 0x34;
inline constexpr base::u32 kInterrupt = 0x3c;

/// What kIdentity reads where no function is.
inline constexpr base::u32 kNobody = 0xffffffff;

/// The word kCommandAndStatus. Written back as read it also clears errors, which are cleared by ones.
struct CommandAndStatus : base::BitLayout<CommandAndStatus, base::u32> {
    using AnswersMemory = Field<1, 1, bool>;
    using IsBusMaster = Field<2, 1, bool>;
    using IsLineOff = Field<10, 1, bool>;
    using HasCapabilities = Field<20, 1, bool>;
};

/// Capability identifiers, [pci-codes] 2.
inline constexpr base::u8 kMessageCapability = 0x05;
inline constexpr base::u8 kMessageTableCapability = 0x11;

/// First word of the MSI capability: [pci] 6.8.1.
struct MessageControl : base::BitLayout<MessageControl, base::u32> {
    using IsOn = Field<16, 1, bool>;
    using Offered = Field<17, 3>; ///< exponent of how many messages it can send
    using Enabled = Field<20, 3>; ///< exponent of how many it may
    using IsWide = Field<23, 1, bool>;
    using CanBeMasked = Field<24, 1, bool>;
};

/// Where the rest of the MSI capability is, from its start.
struct MessageLayout {
    explicit constexpr MessageLayout(base::Bits<MessageControl> control)
        : has_high(control.get<MessageControl::IsWide>()), data(has_high ? 12 : 8), mask(data + 4) {}

    static constexpr base::u32 kAddressLow = 4;
    static constexpr base::u32 kAddressHigh = 8; ///< if `has_high`
    bool has_high;
    base::u32 data;
    base::u32 mask; ///< if the function can be masked
};

/// First word of the MSI-X capability: [pci] 6.8.2.
struct MessageTableControl : base::BitLayout<MessageTableControl, base::u32> {
    using LastEntry = Field<16, 11>;
    using IsMasked = Field<30, 1, bool>;
    using IsOn = Field<31, 1, bool>;
};

/// Second word: where the table is.
struct MessageTablePlace : base::BitLayout<MessageTablePlace, base::u32> {
    using BaseAddress = Field<0, 3>; ///< number of the base address register
    using OffsetIn8 = Field<3, 29>;  ///< in units of 8 bytes
};

/// One entry of the table.
inline constexpr base::u64 kTableEntryBytes = 16;
inline constexpr base::u64 kEntryAddressLow = 0;
inline constexpr base::u64 kEntryAddressHigh = 4;
inline constexpr base::u64 kEntryData = 8;
inline constexpr base::u64 kEntryControl = 12; ///< bit 0: masked

/// Offset of the capability `wanted`. NotFound if there is none; Corrupt if the list runs in a circle or out of the
/// space. `read(offset)` gives the word at a multiple of 4.
template <class Read>
base::Result<base::u32> find_capability(base::u8 wanted, Read read) {
    constexpr int kMostCapabilities = 48; // 192 bytes of 4 each
    constexpr base::u32 kFirst = 0x40;
    if (!base::Bits<CommandAndStatus>(read(kCommandAndStatus)).template get<CommandAndStatus::HasCapabilities>()) {
        return base::Error::NotFound;
    }
    base::u32 at = read(kCapabilities) & 0xfc;
    for (int steps = 0; steps < kMostCapabilities && at != 0; ++steps) {
        if (at < kFirst) {
            return base::Error::Corrupt;
        }
        const base::u32 head = read(at);
        if ((head & 0xff) == wanted) {
            return at;
        }
        at = head >> 8 & 0xfc;
    }
    return at == 0 ? base::Error::NotFound : base::Error::Corrupt;
}

/// Puts together what two base address registers hold: [pci] 6.2.5.1. NotFound if it is no address in memory, or none.
base::Result<base::PhysicalAddress> decode_base_address(base::u32 low, base::u32 high);

/// The address in base address register `number`, below 6; `read(offset)` as above. NotFound as decode_base_address().
template <class Read>
base::Result<base::PhysicalAddress> read_base_address(base::u32 number, Read read) {
    constexpr base::u32 kLast = 5;
    const base::u32 offset = kBaseAddress0 + 4 * number;
    return decode_base_address(read(offset), number == kLast ? 0 : read(offset + 4));
}

} // namespace pci
