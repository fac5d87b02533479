/// Date and time of day, UTC, of the Gregorian calendar.
#pragma once

#include "base/format.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace cmos_clock {

struct CivilTime {
    base::u32 year = 1970;
    base::u32 month = 1; ///< 1 to 12
    base::u32 day = 1;   ///< 1 to 31
    base::u32 hour = 0;
    base::u32 minute = 0;
    base::u32 second = 0;

    /// Nanoseconds since 1970. OutOfRange if there is no such day or time, or before 1970 or after 2500.
    [[nodiscard]] base::Result<base::Nanoseconds> since_1970() const;

    static CivilTime from(base::Nanoseconds since_1970);

    /// As 2030-01-02 03:04:05.
    void print(base::TextSink& sink) const;

    friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

} // namespace cmos_clock
