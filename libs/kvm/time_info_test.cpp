#include "libs/kvm/time_info.hpp"

#include <cstring>

#include "testing/test.hpp"

namespace kvm {

using base::Nanoseconds;
using base::u32;
using base::u64;

namespace {

/// 2596.132 MHz, as KVM writes it.
constexpr u32 kMultiplier = 0xc5373f00;
constexpr base::i8 kShift = -1;

/// What [kvm] msr.rst says a guest should compute.
u64 by_the_book(u64 passed, u32 multiplier, base::i8 shift) {
    const u64 shifted = shift < 0 ? passed >> -shift : passed << shift;
    return static_cast<u64>(static_cast<unsigned __int128>(shifted) * multiplier >> 32);
}

} // namespace

TEST(KvmTimeInfo, SaysNothingBeforeTheHostHasWritten) {
    const TimeInfo info;
    EXPECT_EQ(info.read().error(), base::Error::BadState);
}

TEST(KvmTimeInfo, LiesAsTheHostWritesIt) {
    TimeInfo info;
    info.write({0x1122334455667788, Nanoseconds{0x99aabbccddeeff00}, 0}, 0x80000001, -2, TimeInfo::kStable);
    std::array<unsigned char, sizeof(info)> bytes{};
    std::memcpy(bytes.data(), static_cast<const void*>(&info), sizeof(info));
    EXPECT_EQ(bytes[0], 2U);
    EXPECT_EQ(bytes[8], 0x88U);
    EXPECT_EQ(bytes[15], 0x11U);
    EXPECT_EQ(bytes[16], 0x00U);
    EXPECT_EQ(bytes[23], 0x99U);
    EXPECT_EQ(bytes[24], 0x01U);
    EXPECT_EQ(bytes[27], 0x80U);
    EXPECT_EQ(bytes[28], 0xfeU);
    EXPECT_EQ(bytes[29], 1U);
}

TEST(KvmTimeInfo, GivesTheTimeOfTheBook) {
    for (const base::i8 shift : {kShift, base::i8{0}, base::i8{1}, base::i8{3}, base::i8{-3}}) {
        TimeInfo info;
        info.write({1000, Nanoseconds{777}, 0}, kMultiplier, shift, TimeInfo::kStable);
        const auto reading = info.read();
        ASSERT_TRUE(reading.has_value());
        EXPECT_TRUE(reading->is_stable);
        EXPECT_FALSE(reading->was_stopped);
        for (const u64 passed : {0ULL, 1ULL, 1000ULL, 2'596'132'000ULL, 300ULL * 2'596'132'000ULL}) {
            const u64 exact = 777 + by_the_book(passed, kMultiplier, shift);
            const u64 ours = reading->base.at(1000 + passed).value();
            EXPECT_LE(ours > exact ? ours - exact : exact - ours, 2 + exact / 1'000'000'000);
        }
    }
}

TEST(KvmTimeInfo, RefusesRatesThatNoCounterHas) {
    EXPECT_EQ(multiplier_of(0, 0).error(), base::Error::Corrupt);
    EXPECT_EQ(multiplier_of(kMultiplier, 32).error(), base::Error::Corrupt);
    EXPECT_EQ(multiplier_of(kMultiplier, -128).error(), base::Error::Corrupt);
    EXPECT_EQ(multiplier_of(kMultiplier, 31).error(), base::Error::Corrupt);
    TimeInfo info;
    info.write({0, Nanoseconds{0}, 0}, 0, 0, 0);
    EXPECT_EQ(info.read().error(), base::Error::Corrupt);
}

TEST(KvmTimeInfo, SaysOnceThatTheGuestWasStopped) {
    TimeInfo info;
    info.write({0, Nanoseconds{0}, 0}, kMultiplier, kShift, TimeInfo::kStable | TimeInfo::kStopped);
    EXPECT_TRUE(info.read()->was_stopped);
    EXPECT_TRUE(info.take_stopped());
    EXPECT_FALSE(info.take_stopped());
    EXPECT_TRUE(info.read()->is_stable);
}

TEST(KvmWallClock, IsSecondsAndNanoseconds) {
    EXPECT_EQ((WallClock{2, 1'893'553'445, 5}.read()->value()), 1'893'553'445'000'000'005ULL);
    EXPECT_EQ((WallClock{0, 1, 0}.read().error()), base::Error::Corrupt);
    EXPECT_EQ((WallClock{1, 1, 0}.read().error()), base::Error::Corrupt);
    EXPECT_EQ((WallClock{2, 1, 1'000'000'000}.read().error()), base::Error::Corrupt);
}

} // namespace kvm
