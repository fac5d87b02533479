/// Where a register is: the Generic Address Structure, [acpi] 5.2.3.2.
#pragma once

#include <limits>

#include "base/byte_reader.hpp"

namespace acpi {

/// Other numbers than these occur.
enum class AddressSpace : base::u8 {
    Memory = 0,
    Port = 1,
    PciConfiguration = 2, ///< bus 0; the address is device << 32 | function << 16 | offset
};

struct GenericAddress {
    AddressSpace space = AddressSpace::Memory;
    base::u16 bit_width = 0;
    base::u8 bit_offset = 0;
    base::u8 access_size = 0; ///< 0 undefined, 1 byte, 2 word, 3 double word, 4 quad word
    base::u64 address = 0;

    /// The I/O port. Unsupported if the register is elsewhere, OutOfRange if there is no such port.
    [[nodiscard]] constexpr base::Result<base::u16> port() const {
        if (space != AddressSpace::Port) {
            return base::Error::Unsupported;
        }
        if (address > std::numeric_limits<base::u16>::max()) {
            return base::Error::OutOfRange;
        }
        return static_cast<base::u16>(address);
    }

    friend constexpr bool operator==(const GenericAddress&, const GenericAddress&) = default;
};

/// As it stands in a table.
struct [[gnu::packed]] RawGenericAddress {
    base::u8 space;
    base::u8 bit_width;
    base::u8 bit_offset;
    base::u8 access_size;
    base::u64 address;

    [[nodiscard]] constexpr GenericAddress decode() const {
        return {.space = static_cast<AddressSpace>(space),
                .bit_width = bit_width,
                .bit_offset = bit_offset,
                .access_size = access_size,
                .address = address};
    }
};

static_assert(sizeof(RawGenericAddress) == 12);

} // namespace acpi
