#include "libs/response_time/response_time.hpp"

#include <vector>

#include "testing/test.hpp"

namespace response_time {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;

namespace {

Task task(u32 priority, u64 period, u64 execution, u64 deadline = 0, u64 jitter = 0, u64 blocking = 0) {
    return {.priority = priority,
            .period = Nanoseconds{period},
            .deadline = Nanoseconds{deadline == 0 ? period : deadline},
            .execution = Nanoseconds{execution},
            .jitter = Nanoseconds{jitter},
            .blocking = Nanoseconds{blocking}};
}

/// Of each task; 0: it may miss its deadline.
std::vector<u64> responses(const std::vector<Task>& tasks, const Supply& supply = {}, u64 switch_cost = 0) {
    std::vector<u64> found;
    for (usize i = 0; i < tasks.size(); ++i) {
        found.push_back(worst_response(tasks, i, supply, Nanoseconds{switch_cost}).value_or(Nanoseconds{0}).value());
    }
    return found;
}

using Times = std::vector<u64>;

Supply supply(u64 quota, u64 period) { return {Nanoseconds{quota}, Nanoseconds{period}}; }

} // namespace

// [Burns and Wellings, Real-Time Systems and Programming Languages, 4th edition, 11.5] task sets A to D, and the one
// with deadlines shorter than periods of 11.6.
TEST(ResponseTime, SetAOfBurnsAndWellingsMissesADeadline) {
    EXPECT_EQ(responses({task(1, 50, 12), task(2, 40, 10), task(3, 30, 10)}), (Times{0, 20, 10}));
}

TEST(ResponseTime, SetCOfBurnsAndWellingsUsesTheWholeProcessor) {
    EXPECT_EQ(responses({task(1, 80, 40), task(2, 40, 10), task(3, 20, 5)}), (Times{80, 15, 5}));
}

TEST(ResponseTime, SetDOfBurnsAndWellingsMeetsEveryDeadline) {
    EXPECT_EQ(responses({task(3, 7, 3), task(2, 12, 3), task(1, 20, 5)}), (Times{3, 6, 20}));
}

TEST(ResponseTime, DeadlinesMayBeShorterThanPeriods) {
    EXPECT_EQ(responses({task(4, 20, 3, 5), task(3, 15, 3, 7), task(2, 10, 4, 10), task(1, 20, 3, 20)}),
              (Times{3, 6, 10, 20}));
}

// [Sha and Goodenough 1990] the first example, more than the bound of Liu and Layland for three tasks promises.
TEST(ResponseTime, TheThreeTasksOfShaAndGoodenough) {
    EXPECT_EQ(responses({task(3, 100, 20), task(2, 150, 40), task(1, 350, 100)}), (Times{20, 60, 240}));
    EXPECT_EQ(responses({task(3, 100, 40), task(2, 150, 40), task(1, 350, 100)}), (Times{40, 80, 300}));
    EXPECT_EQ(responses({task(3, 100, 45), task(2, 150, 45), task(1, 350, 100)}), (Times{45, 90, 0}));
}

TEST(ResponseTime, JitterOfOthersBringsAnotherRelease) {
    EXPECT_EQ(responses({task(2, 10, 3), task(1, 40, 7)}), (Times{3, 10}));
    EXPECT_EQ(responses({task(2, 10, 3, 10, 1), task(1, 40, 7)}), (Times{3, 13}));
}

TEST(ResponseTime, JitterOfItsOwnShortensTheDeadline) {
    EXPECT_EQ(responses({task(1, 10, 4, 10, 6)}), (Times{4}));
    EXPECT_EQ(responses({task(1, 10, 4, 10, 7)}), (Times{0}));
    EXPECT_EQ(responses({task(1, 10, 4, 10, 11)}), (Times{0}));
}

TEST(ResponseTime, BlockingCountsOnce) {
    EXPECT_EQ(responses({task(2, 10, 3, 10, 0, 2), task(1, 40, 7, 40, 0, 1)}), (Times{5, 14}));
}

TEST(ResponseTime, SwitchesArePaidTwiceForEachRelease) {
    EXPECT_EQ(responses({task(2, 20, 3), task(1, 40, 8)}, {}, 1), (Times{5, 15}));
    EXPECT_EQ(responses({task(2, 20, 3), task(1, 40, 13)}, {}, 1), (Times{5, 20}));
    EXPECT_EQ(responses({task(2, 20, 3), task(1, 40, 14)}, {}, 1), (Times{5, 26}));
}

TEST(ResponseTime, EqualPrioritiesDelayEachOther) {
    EXPECT_EQ(responses({task(1, 20, 5), task(1, 20, 5)}), (Times{10, 10}));
}

// The bound of the supply, worked by hand: nothing for 2(P - Q), then Q/P.
TEST(ResponseTime, AQuotaComesAtTheWorstTimes) {
    EXPECT_EQ(responses({task(1, 40, 3)}, supply(5, 10)), (Times{16}));
    EXPECT_EQ(responses({task(1, 40, 2)}, supply(3, 10)), (Times{21}));
    EXPECT_EQ(responses({task(1, 40, 2, 20)}, supply(3, 10)), (Times{0}));
    EXPECT_EQ(responses({task(1, 40, 3)}, supply(10, 10)), (Times{3}));
    EXPECT_EQ(responses({task(2, 40, 3), task(1, 80, 6)}, supply(5, 10)), (Times{16, 28}));
    EXPECT_EQ(responses({task(1, 40, 3)}, supply(0, 10)), (Times{0}));
}

TEST(ResponseTime, AFullProcessorIsRefusedWithoutSearchingForever) {
    constexpr u64 kYear = 31'000'000'000'000'000;
    EXPECT_EQ(responses({task(2, 2, 2), task(1, kYear, 1)}), (Times{2, 0}));
    EXPECT_EQ(responses({task(2, 2, 1), task(1, kYear, kYear / 4)}), (Times{1, kYear / 2}));
}

} // namespace response_time
