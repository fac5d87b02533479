/// Where the High Precision Event Timer is: [hpet] 3.2.4.
#pragma once

#include "libs/acpi/table.hpp"

namespace acpi {

/// Whether its period is possible is for the driver to check, in its registers.
struct Hpet {
    static constexpr Signature kSignature{"HPET"};

    /// Corrupt if the table is too short or the timer not in memory.
    static base::Result<Hpet> decode(const Table& table);

    base::PhysicalAddress address;
    base::u32 block_id = 0;     ///< as the low half of its first register
    base::u8 number = 0;        ///< of several timers
    base::u16 minimum_tick = 0; ///< in ticks of the counter: shorter periods lose interrupts
};

} // namespace acpi
