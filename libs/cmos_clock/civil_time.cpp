#include "libs/cmos_clock/civil_time.hpp"

#include <array>

namespace cmos_clock {

using base::Nanoseconds;
using base::Result;
using base::u32;
using base::u64;

namespace {

constexpr u32 kFirstYear = 1970;
constexpr u32 kLastYear = 2500;
constexpr u64 kNanosecondsPerSecond = 1'000'000'000;
constexpr u64 kSecondsPerDay = 86'400;

constexpr bool is_leap(u32 year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr u32 days_of_year(u32 year) { return is_leap(year) ? 366 : 365; }

constexpr u32 days_of_month(u32 year, u32 month) {
    constexpr std::array<u32, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays.at(month - 1) + (month == 2 && is_leap(year) ? 1 : 0);
}

} // namespace

Result<Nanoseconds> CivilTime::since_1970() const {
    if (year < kFirstYear || year > kLastYear || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month) || hour > 23 || minute > 59 || second > 59) {
        return base::Error::OutOfRange;
    }
    u64 days = day - 1;
    for (u32 before = kFirstYear; before < year; ++before) {
        days += days_of_year(before);
    }
    for (u32 before = 1; before < month; ++before) {
        days += days_of_month(year, before);
    }
    const u64 seconds = days * kSecondsPerDay + u64{hour} * 3600 + u64{minute} * 60 + second;
    return Nanoseconds{seconds * kNanosecondsPerSecond};
}

CivilTime CivilTime::from(Nanoseconds since_1970) {
    const u64 seconds = since_1970.value() / kNanosecondsPerSecond;
    const u64 of_day = seconds % kSecondsPerDay;
    u64 days = seconds / kSecondsPerDay;
    CivilTime time;
    for (; days >= days_of_year(time.year); ++time.year) {
        days -= days_of_year(time.year);
    }
    for (; days >= days_of_month(time.year, time.month); ++time.month) {
        days -= days_of_month(time.year, time.month);
    }
    time.day = static_cast<u32>(days) + 1;
    time.hour = static_cast<u32>(of_day / 3600);
    time.minute = static_cast<u32>(of_day / 60 % 60);
    time.second = static_cast<u32>(of_day % 60);
    return time;
}

void CivilTime::print(base::TextSink& sink) const {
    base::print(sink, "{}-{:02}-{:02} {:02}:{:02}:{:02}", year, month, day, hour, minute, second);
}

} // namespace cmos_clock
