#include "libs/cmos_clock/cmos_clock.hpp"

namespace cmos_clock {

using base::Error;
using base::Result;
using base::u32;
using base::u8;

namespace {

constexpr u8 kAfternoon = 0x80;

Result<u32> number_of(u8 raw, u8 format) {
    if ((format & kBinary) != 0) {
        return u32{raw};
    }
    const u32 tens = raw >> 4;
    const u32 ones = raw & 0xf;
    return tens > 9 || ones > 9 ? Result<u32>{Error::Corrupt} : Result<u32>{tens * 10 + ones};
}

Result<u32> hour_of(u8 raw, u8 format) {
    if ((format & k24Hours) != 0) {
        return number_of(raw, format);
    }
    const u32 hour = TRY(number_of(static_cast<u8>(raw & ~kAfternoon), format));
    if (hour < 1 || hour > 12) {
        return Error::Corrupt;
    }
    return hour % 12 + ((raw & kAfternoon) != 0 ? 12 : 0); // 12 is the first hour of its half
}

Result<u32> year_of(const Registers& registers) {
    constexpr u32 kPivot = 70;
    const u32 year = TRY(number_of(registers.year, registers.format));
    const u32 century = TRY(number_of(registers.century, registers.format));
    if (year > 99) {
        return Error::Corrupt;
    }
    if (century == 0) {
        return (year < kPivot ? 2000 : 1900) + year;
    }
    return century * 100 + year;
}

} // namespace

Result<CivilTime> decode(const Registers& registers) {
    const u8 format = registers.format;
    const CivilTime time{.year = TRY(year_of(registers)),
                         .month = TRY(number_of(registers.month, format)),
                         .day = TRY(number_of(registers.day, format)),
                         .hour = TRY(hour_of(registers.hour, format)),
                         .minute = TRY(number_of(registers.minute, format)),
                         .second = TRY(number_of(registers.second, format))};
    return time.since_1970() ? Result<CivilTime>{time} : Result<CivilTime>{Error::Corrupt};
}

} // namespace cmos_clock
