#include "libs/idle/governor.hpp"

#include <gtest/gtest.h>

namespace idle {

using base::Nanoseconds;
using namespace base::literals;

namespace {

constexpr Offer kNothing{};
constexpr Offer kDedicated{.is_watching = false, .is_dedicated = true};
constexpr Offer kWatching{.is_watching = true, .is_dedicated = false};

} // namespace

TEST(Governor, HaltsWhereNothingElseIsOffered) {
    Governor governor(Choice::Any, kNothing);
    governor.note(10_us);
    EXPECT_EQ(governor.state(), State::Halt);
    EXPECT_TRUE(governor.only_halts());
}

TEST(Governor, WatchesWhereThatIsOffered) {
    const Governor governor(Choice::Any, {.is_watching = true, .is_dedicated = true});
    EXPECT_EQ(governor.state(), State::Watch);
    EXPECT_FALSE(governor.only_halts());
}

TEST(Governor, PollsNoProcessorThatOthersNeed) {
    Governor governor(Choice::Any, kWatching);
    EXPECT_EQ(governor.state(), State::Watch);
    governor = Governor(Choice::Any, kNothing);
    EXPECT_EQ(governor.state(), State::Halt);
}

TEST(Governor, PollsOnceAWaitWasShort) {
    Governor governor(Choice::Any, kDedicated);
    EXPECT_EQ(governor.state(), State::Halt);
    governor.note(30_us);
    EXPECT_EQ(governor.state(), State::Poll);
    EXPECT_EQ(governor.window(), Governor::kFirstWindow);
}

TEST(Governor, AWindowThatSufficesStays) {
    Governor governor(Choice::Any, kDedicated);
    governor.note(30_us);
    governor.note(30_us);
    governor.note(Governor::kFirstWindow);
    EXPECT_EQ(governor.window(), Governor::kFirstWindow);
}

TEST(Governor, AWindowThatWasTooShortDoublesToTheLargest) {
    Governor governor(Choice::Any, kDedicated);
    governor.note(30_us);
    governor.note(60_us);
    EXPECT_EQ(governor.window(), 100_us);
    governor.note(150_us);
    EXPECT_EQ(governor.window(), 200_us);
    governor.note(200_us);
    EXPECT_EQ(governor.window(), Governor::kLargestWindow);
}

TEST(Governor, ALongWaitClosesTheWindow) {
    Governor governor(Choice::Any, kDedicated);
    governor.note(30_us);
    governor.note(Governor::kLargestWindow + 1_ns);
    EXPECT_EQ(governor.state(), State::Halt);
    EXPECT_FALSE(governor.only_halts());
}

TEST(Governor, DoesAsItIsTold) {
    Governor governor(Choice::Halt, {.is_watching = true, .is_dedicated = true});
    EXPECT_TRUE(governor.only_halts());
    governor = Governor(Choice::Poll, kNothing);
    governor.note(1_s);
    EXPECT_EQ(governor.state(), State::Poll);
    EXPECT_GT(governor.window(), 3600_s);
    governor = Governor(Choice::Watch, {.is_watching = true, .is_dedicated = true});
    EXPECT_EQ(governor.state(), State::Watch);
}

TEST(Governor, IsToldToWatchWhereThatIsNotOffered) { EXPECT_TRUE(Governor(Choice::Watch, kDedicated).only_halts()); }

TEST(Governor, IsNamedForTheLog) {
    EXPECT_EQ(name(Governor()), "halt");
    EXPECT_EQ(name(Governor(Choice::Any, kWatching)), "watch");
    EXPECT_EQ(name(Governor(Choice::Any, kDedicated)), "poll before they halt");
    EXPECT_EQ(name(Governor(Choice::Poll, kNothing)), "poll");
}

} // namespace idle
