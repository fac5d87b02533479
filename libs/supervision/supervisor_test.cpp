#include "libs/supervision/supervisor.hpp"

#include "testing/test.hpp"

namespace supervision {

using base::Nanoseconds;
using base::u32;
using base::u64;
using namespace base::literals;

namespace {

/// Starts and ends it at once, as often as it may; the waits in between.
std::vector<u64> waits_of_a_loop(Supervisor& supervisor, End end, bool gets_ready, Step& last) {
    std::vector<u64> waits;
    Nanoseconds now = 1_s;
    while (true) {
        supervisor.started(now);
        if (gets_ready) {
            supervisor.became_ready();
        }
        const Decision next = supervisor.ended(now, end);
        last = next.step;
        if (next.step != Step::Restart || waits.size() == 1000) {
            return waits;
        }
        waits.push_back((next.at - now).value() / 1'000'000);
        now = next.at;
    }
}

} // namespace

TEST(Supervisor, WaitsLongerAfterEachFailureAndGivesUp) {
    Supervisor supervisor(Policy::Failure, {});
    Step last{};
    EXPECT_EQ(waits_of_a_loop(supervisor, End::Failed, false, last),
              (std::vector<u64>{10, 20, 40, 80, 160, 320, 640, 1280, 2560}));
    EXPECT_EQ(last, Step::GiveUp);
}

TEST(Supervisor, NeverWaitsLongerThanTheMost) {
    Supervisor supervisor(Policy::Failure, {.first = 10_ms, .factor = 100, .most = 5_s, .forget = 1_s});
    Step last{};
    const auto waits = waits_of_a_loop(supervisor, End::Failed, false, last);
    ASSERT_GE(waits.size(), 5U);
    EXPECT_EQ(waits[0], 10U);
    EXPECT_EQ(waits[1], 1000U);
    EXPECT_EQ(waits[2], 5000U);
    EXPECT_EQ(waits[4], 5000U);
}

TEST(Supervisor, AGoodStartShortensTheNextWaitButCounts) {
    Supervisor supervisor(Policy::Failure, {});
    Step last{};
    EXPECT_EQ(waits_of_a_loop(supervisor, End::Failed, true, last), (std::vector<u64>(9, 10)));
    EXPECT_EQ(last, Step::GiveUp);
}

TEST(Supervisor, AStartThatLivedLongWasGood) {
    Supervisor supervisor(Policy::Failure, {});
    supervisor.started(0_s);
    EXPECT_EQ(supervisor.ended(1_s, End::Failed).at, 1_s + 10_ms);
    supervisor.started(2_s);
    EXPECT_EQ(supervisor.ended(3_s, End::Failed).at, 3_s + 20_ms);
    supervisor.started(4_s);
    EXPECT_EQ(supervisor.ended(64_s, End::Failed).at, 64_s + 10_ms);
    EXPECT_EQ(supervisor.failed_starts(), 1U);
}

TEST(Supervisor, StartsOfLongAgoDoNotCount) {
    Supervisor supervisor(Policy::Always, {.give_up = 2});
    supervisor.started(0_s);
    EXPECT_EQ(supervisor.ended(1_s, End::Failed).step, Step::Restart);
    supervisor.started(59_s);
    EXPECT_EQ(supervisor.ended(60_s, End::Failed).step, Step::Restart) << "the first was 60 s ago";
    supervisor.started(61_s);
    EXPECT_EQ(supervisor.ended(62_s, End::Failed).step, Step::GiveUp);
}

TEST(Supervisor, PoliciesSayWhichEndsAreFollowedByAStart) {
    const auto step = [](Policy policy, End end) {
        Supervisor supervisor(policy, {});
        supervisor.started(5_s);
        const Decision next = supervisor.ended(6_s, end);
        EXPECT_EQ(next.at, next.step == Step::Restart ? 6_s + 10_ms : 6_s);
        return next.step;
    };
    EXPECT_EQ(step(Policy::Always, End::Good), Step::Restart);
    EXPECT_EQ(step(Policy::Always, End::Failed), Step::Restart);
    EXPECT_EQ(step(Policy::Failure, End::Good), Step::Finish);
    EXPECT_EQ(step(Policy::Failure, End::Failed), Step::Restart);
    EXPECT_EQ(step(Policy::Never, End::Good), Step::Finish);
    EXPECT_EQ(step(Policy::Never, End::Failed), Step::GiveUp);
}

TEST(Supervisor, ForgettingBeginsAnew) {
    Supervisor supervisor(Policy::Failure, {.give_up = 1});
    supervisor.started(1_s);
    EXPECT_EQ(supervisor.ended(1_s, End::Failed).step, Step::GiveUp);
    supervisor.forget();
    EXPECT_EQ(supervisor.failed_starts(), 0U);
    supervisor.started(2_s);
    supervisor.became_ready();
    EXPECT_EQ(supervisor.ended(2_s, End::Failed).step, Step::GiveUp);
}

TEST(Supervisor, OneOfTheMostStartsRemembersAllOfThem) {
    Supervisor supervisor(Policy::Always, {.give_up = kMostStarts});
    Step last{};
    EXPECT_EQ(waits_of_a_loop(supervisor, End::Failed, true, last).size(), kMostStarts - 1);
}

TEST(Supervisor, ManyFailuresOfASlowLoopDoNotOverflow) {
    Supervisor supervisor(Policy::Always,
                          {.first = 1_ns, .factor = ~0U, .most = Nanoseconds{~u64{0} / 2}, .forget = 1_ns});
    for (u32 i = 0; i < 200; ++i) {
        supervisor.started(Nanoseconds{i});
        ASSERT_EQ(supervisor.ended(Nanoseconds{i}, End::Failed).step, Step::Restart);
    }
}

TEST(Backoff, IsSoundOnlyInItsRanges) {
    EXPECT_TRUE(is_sound({}));
    EXPECT_FALSE(is_sound({.first = 2_s, .most = 1_s}));
    EXPECT_FALSE(is_sound({.factor = 0}));
    EXPECT_FALSE(is_sound({.give_up = 0}));
    EXPECT_FALSE(is_sound({.give_up = kMostStarts + 1}));
}

} // namespace supervision
