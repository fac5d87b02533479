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

TEST(ClockPage, GoesOnFromTheTimeThatItIs) {
    ClockPage page;
    page.publish({1000, Nanoseconds{5'000}, 2ULL << 32}, Nanoseconds{7});
    page.go_on(
        CounterKind::Shared, [] { return u64{1010}; },
        [](Nanoseconds now) {
            EXPECT_EQ(now.value(), 5'020U);
            return ClockBase{50, now, 1ULL << 32};
        });
    EXPECT_TRUE(page.kind() == CounterKind::Shared);
    EXPECT_EQ(page.now([] { return u64{60}; }).value(), 5'030U);
    EXPECT_EQ(page.wall_offset().value(), 7U);
}

TEST(ClockBase, NeverGoesOnBeforeTheTimeThatItIs) {
    const ClockBase source{1000, Nanoseconds{5'000}, 2ULL << 32};
    const ClockBase behind = source.not_before(1010, Nanoseconds{6'000});
    EXPECT_EQ(behind.at(1010).value(), 6'000U);
    EXPECT_EQ(behind.at(1020).value(), 6'020U);
    const ClockBase anew{1000, Nanoseconds{0} - Nanoseconds{100}, 2ULL << 32};
    EXPECT_EQ(anew.not_before(1010, Nanoseconds{6'000}).at(1010).value(), 6'000U);
    const ClockBase ahead = source.not_before(1010, Nanoseconds{5'001});
    EXPECT_EQ(ahead.at(1010).value(), 5'020U);
}

} // namespace timekeeping
