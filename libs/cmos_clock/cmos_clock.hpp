/// The registers of the PC's clock, [mc146818], which every later one imitates.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/cmos_clock/civil_time.hpp"

namespace cmos_clock {

/// Their bytes at one moment.
struct Registers {
    base::u8 second = 0;
    base::u8 minute = 0;
    base::u8 hour = 0;
    base::u8 day = 0;
    base::u8 month = 0;
    base::u8 year = 0;    ///< of the century
    base::u8 century = 0; ///< 0: the machine has no register for it
    base::u8 format = 0;  ///< register B

    friend bool operator==(const Registers&, const Registers&) = default;
};

// Numbers of the registers, and bits of A and B.
inline constexpr base::u8 kSecond = 0x00;
inline constexpr base::u8 kMinute = 0x02;
inline constexpr base::u8 kHour = 0x04;
inline constexpr base::u8 kDay = 0x07;
inline constexpr base::u8 kMonth = 0x08;
inline constexpr base::u8 kYear = 0x09;
inline constexpr base::u8 kStatusA = 0x0a;
inline constexpr base::u8 kStatusB = 0x0b;
inline constexpr base::u8 kUpdating = 0x80; ///< in A: an update begins in less than 244 µs or is under way
inline constexpr base::u8 kBinary = 0x04;   ///< in B: else two decimal digits
inline constexpr base::u8 k24Hours = 0x02;  ///< in B: else 1 to 12, with bit 7 for the afternoon

/// The date and time that the registers say. Without a century, years from 70 on are of the twentieth. Corrupt if a
/// digit is none, or there is no such date: what a missing clock answers.
base::Result<CivilTime> decode(const Registers& registers);

/// Reads all registers by `read(number)`, again until no update is under way and two looks agree, at most `patience`
/// times. `century_register`: 0 if there is none. TimedOut.
template <class Read>
base::Result<Registers> read_registers(Read read, base::u8 century_register, int patience) {
    const auto look = [&] {
        return Registers{read(kSecond),
                         read(kMinute),
                         read(kHour),
                         read(kDay),
                         read(kMonth),
                         read(kYear),
                         century_register == 0 ? base::u8{0} : read(century_register),
                         read(kStatusB)};
    };
    for (int attempt = 0; attempt < patience; ++attempt) {
        if ((read(kStatusA) & kUpdating) != 0) {
            continue;
        }
        const Registers first = look();
        if ((read(kStatusA) & kUpdating) == 0 && look() == first) {
            return first;
        }
    }
    return base::Error::TimedOut;
}

} // namespace cmos_clock
