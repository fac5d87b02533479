#include "libs/timekeeping/clock_page.hpp"

#include "testing/test.hpp"

namespace timekeeping {

using base::Nanoseconds;
using base::u64;

TEST(TickScale, GoesThereAndBack) {
    for (const u64 hertz : {1'000'000ULL, 3'579'545ULL, 100'000'000ULL, 1'000'000'000ULL, 2'596'132'000ULL}) {
        const auto scale = TickScale::from_hertz(hertz);
        ASSERT_TRUE(scale.has_value());
        const u64 second = scale->nanoseconds(hertz).value();
        EXPECT_TRUE(second > 999'999'000 && second <= 1'000'000'000);
        const u64 ticks = scale->ticks(Nanoseconds{1'000'000'000});
        EXPECT_TRUE(ticks >= hertz && ticks <= hertz + hertz / 1'000'000 + 2);
        EXPECT_TRUE(scale->nanoseconds(scale->ticks(Nanoseconds{12345})) >= Nanoseconds{12345});
    }
}

TEST(TickScale, RefusesImpossibleRates) {
    EXPECT_FALSE(TickScale::from_hertz(0).has_value());
    EXPECT_FALSE(TickScale::from_hertz(999'999).has_value());
    EXPECT_FALSE(TickScale::from_hertz(~0ULL).has_value());
    EXPECT_FALSE(TickScale::from_multiplier(0).has_value());
    EXPECT_FALSE(TickScale::from_multiplier(~0ULL).has_value());
    EXPECT_TRUE(TickScale::from_multiplier(1ULL << 32).has_value());
}

TEST(TickScale, DoesNotOverflowInCenturies) {
    const auto scale = TickScale::from_hertz(4'000'000'000);
    const u64 century = 100ULL * 365 * 86400;
    EXPECT_EQ(scale->nanoseconds(century * 4'000'000'000).value(), century * 1'000'000'000);
}

TEST(ClockPage, ReadsWhatWasPublished) {
    ClockPage page;
    page.publish({1000, Nanoseconds{5'000}, 2ULL << 32}, Nanoseconds{7});
    EXPECT_EQ(page.now([] { return u64{1000}; }).value(), 5'000U);
    EXPECT_EQ(page.now([] { return u64{1010}; }).value(), 5'020U);
    EXPECT_EQ(page.wall_offset().value(), 7U);
}

TEST(ClockPage, ACounterBehindTheBaseIsNoJump) {
    ClockPage page;
    page.publish({1000, Nanoseconds{5'000}, 2ULL << 32}, Nanoseconds{0});
    EXPECT_EQ(page.now([] { return u64{990}; }).value(), 5'000U);
}

} // namespace timekeeping
