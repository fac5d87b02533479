#include "libs/cmos_clock/cmos_clock.hpp"

#include <map>

#include "testing/test.hpp"

namespace cmos_clock {

using base::u32;
using base::u8;

namespace {

u8 written(u32 number, u8 format) {
    return static_cast<u8>((format & kBinary) != 0 ? number : number / 10 << 4 | number % 10);
}

/// As a clock of this format would show `time`.
Registers shown(const CivilTime& time, u8 format, bool with_century) {
    u8 hour = written(time.hour, format);
    if ((format & k24Hours) == 0) {
        const u32 of_half = time.hour % 12 == 0 ? 12 : time.hour % 12;
        hour = static_cast<u8>(written(of_half, format) | (time.hour >= 12 ? 0x80 : 0));
    }
    return {written(time.second, format),
            written(time.minute, format),
            hour,
            written(time.day, format),
            written(time.month, format),
            written(time.year % 100, format),
            with_century ? written(time.year / 100, format) : u8{0},
            format};
}

constexpr u8 kFormats[] = {0, kBinary, k24Hours, kBinary | k24Hours};

/// A clock that is in an update for the first `busy` looks at A, and ticks between two looks when told so.
struct FakeClock {
    std::map<u8, u8> bytes;
    int busy = 0;
    int ticks = 0; ///< reads of the second that each find another one
    int reads = 0;

    u8 read(u8 number) {
        ++reads;
        if (number == kStatusA) {
            return busy-- > 0 ? kUpdating : u8{0};
        }
        if (number == kSecond && ticks-- > 0) {
            ++bytes[kSecond];
        }
        return bytes[number];
    }
};

} // namespace

TEST(CmosClock, ReadsEveryFormat) {
    for (const u8 format : kFormats) {
        for (u32 hour = 0; hour < 24; ++hour) {
            const CivilTime time{2030, 12, 31, hour, 59, 58};
            EXPECT_EQ(*decode(shown(time, format, true)), time);
            EXPECT_EQ(*decode(shown(time, format, false)), time);
        }
    }
}

TEST(CmosClock, GuessesTheCenturyWhereThereIsNone) {
    EXPECT_EQ(decode(shown({1970, 1, 1, 0, 0, 0}, k24Hours, false))->year, 1970U);
    EXPECT_EQ(decode(shown({2069, 1, 1, 0, 0, 0}, k24Hours, false))->year, 2069U);
    EXPECT_EQ(decode(shown({2169, 1, 1, 0, 0, 0}, k24Hours, true))->year, 2169U);
}

TEST(CmosClock, RefusesWhatIsNoTime) {
    const Registers good = shown({2030, 1, 2, 3, 4, 5}, k24Hours, true);
    const auto refuses = [&](u8 Registers::* field, u8 value) {
        Registers bad = good;
        bad.*field = value;
        return decode(bad).error() == base::Error::Corrupt;
    };
    EXPECT_TRUE(refuses(&Registers::second, 0x60));
    EXPECT_TRUE(refuses(&Registers::second, 0x0a));
    EXPECT_TRUE(refuses(&Registers::minute, 0xa0));
    EXPECT_TRUE(refuses(&Registers::hour, 0x24));
    EXPECT_TRUE(refuses(&Registers::day, 0x32));
    EXPECT_TRUE(refuses(&Registers::day, 0));
    EXPECT_TRUE(refuses(&Registers::month, 0x13));
    EXPECT_TRUE(refuses(&Registers::century, 0x18));
    Registers twelve_hours = good;
    twelve_hours.format = 0;
    twelve_hours.hour = 0;
    EXPECT_EQ(decode(twelve_hours).error(), base::Error::Corrupt);
    twelve_hours.hour = 0x13;
    EXPECT_EQ(decode(twelve_hours).error(), base::Error::Corrupt);
    const Registers absent{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    EXPECT_EQ(decode(absent).error(), base::Error::Corrupt);
    EXPECT_EQ(decode(Registers{}).error(), base::Error::Corrupt);
}

TEST(CmosClock, WaitsForTheEndOfAnUpdate) {
    FakeClock clock{.bytes = {{kSecond, 5}, {kStatusB, k24Hours}}, .busy = 3};
    const auto registers = read_registers([&](u8 number) { return clock.read(number); }, 0, 10);
    ASSERT_TRUE(registers.has_value());
    EXPECT_EQ(registers->second, 5U);
    EXPECT_EQ(registers->format, k24Hours);
}

TEST(CmosClock, TwoLooksMustAgree) {
    FakeClock clock{.bytes = {{kSecond, 5}, {0x32, 0x20}}, .ticks = 3};
    const auto registers = read_registers([&](u8 number) { return clock.read(number); }, 0x32, 10);
    ASSERT_TRUE(registers.has_value());
    EXPECT_EQ(registers->second, 8U);
    EXPECT_EQ(registers->century, 0x20U);
}

TEST(CmosClock, GivesUpOnOneThatAlwaysUpdates) {
    FakeClock clock{.bytes = {}, .busy = 1'000'000};
    EXPECT_EQ(read_registers([&](u8 number) { return clock.read(number); }, 0, 100).error(), base::Error::TimedOut);
    EXPECT_EQ(clock.reads, 100);
}

} // namespace cmos_clock
