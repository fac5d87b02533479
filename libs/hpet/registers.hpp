/// Registers of the HPET: [hpet] 2.3. Half of a register at a time: hypervisors answer in halves.
#pragma once

#include "base/bit_field.hpp"
#include "base/types.hpp"

namespace hpet {

inline constexpr base::u64 kCapabilities = 0x00;
inline constexpr base::u64 kPeriod = 0x04; ///< femtoseconds for each tick
inline constexpr base::u64 kConfiguration = 0x10;
inline constexpr base::u64 kCounter = 0xf0;
inline constexpr base::u64 kCounterHigh = 0xf4;

/// More than that is impossible.
inline constexpr base::u32 kLongestPeriod = 0x05f5e100;

/// The most that one HPET can have.
inline constexpr base::u32 kMaximumComparators = 32;

/// [hpet] 2.3.4, the lower half.
struct Capabilities : base::BitLayout<Capabilities, base::u32> {
    using LastComparator = Field<8, 5, base::u32>;
    using Has64Bits = Field<13, 1, bool>;
};

/// [hpet] 2.3.5.
struct Configuration : base::BitLayout<Configuration, base::u32> {
    using Counts = Field<0, 1, bool>;
    using ReplacesLegacy =
        Field<1, 1, bool>; ///< the first two comparators take the interval timer's and CMOS clock's pins
};

/// [hpet] 2.3.8, the lower half; the upper one has a bit for each pin that it can be led to.
struct Comparator : base::BitLayout<Comparator, base::u32> {
    using IsLevel = Field<1, 1, bool>;
    using Interrupts = Field<2, 1, bool>;
    using IsPeriodic = Field<3, 1, bool>;
    using ComparesHalf = Field<8, 1, bool>; ///< the lower 32 bits only
    using Pin = Field<9, 5, base::u32>;
    using SendsMessages = Field<14, 1, bool>;
    using CanSendMessages = Field<15, 1, bool>;
};

/// Registers of comparator `number`.
constexpr base::u64 configuration_of(base::u32 number) { return 0x100 + base::u64{0x20} * number; }

constexpr base::u64 pins_of(base::u32 number) { return configuration_of(number) + 4; }

constexpr base::u64 value_of(base::u32 number) { return configuration_of(number) + 8; }

constexpr base::u64 message_data_of(base::u32 number) { return configuration_of(number) + 0x10; }

constexpr base::u64 message_address_of(base::u32 number) { return configuration_of(number) + 0x14; }

} // namespace hpet
