#include <algorithm>

#include "libs/scheduler/simulator/machine.hpp"
#include "testing/test.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;
using namespace base::literals;

namespace {

Script busy() { return forever({Use{100_s}}); }

u64 milliseconds(Nanoseconds span) { return (span.value() + 500'000) / 1'000'000; }

/// In thousandths.
u64 error(Nanoseconds is, u64 should_be) {
    const u64 value = is.value();
    return (value > should_be ? value - should_be : should_be - value) * 1000 / should_be;
}

} // namespace

TEST(FairScenario, EightThreadsOnTwoProcessorsGetTheirPartsWithinAPercent) {
    const std::vector<std::vector<u32>> orders{
        {1, 1, 2, 2, 4, 4, 8, 8}, {8, 8, 4, 4, 2, 2, 1, 1}, {8, 1, 1, 2, 4, 8, 2, 4}, {1, 8, 1, 8, 2, 4, 2, 4}};
    for (const auto& weights : orders) {
        Machine machine({.nodes = {0, 0}});
        std::vector<const Thread*> threads;
        for (const u32 weight : weights) {
            threads.push_back(&machine.spawn("t", Parameters::interactive(weight), busy()));
        }
        machine.run_until(10_s);
        for (usize index = 0; index < threads.size(); ++index) {
            EXPECT_LE(error(threads[index]->used(), weights[index] * 20'000'000'000 / 30), 10U) << index;
        }
    }
}

TEST(FairScenario, TwoTakeTurnsOfASlice) {
    Machine machine;
    machine.spawn("A", Parameters::interactive(), busy());
    machine.spawn("B", Parameters::interactive(), busy());
    machine.run_until(18_ms);
    EXPECT_EQ(machine.schedule(0), "A:3 B:3 A:3 B:3 A:3 B:3");
}

TEST(FairScenario, OneOfTwiceTheWeightComesTwiceAsOften) {
    Machine machine;
    const Thread& heavy = machine.spawn("H", Parameters::interactive(2048), busy());
    machine.spawn("L", Parameters::interactive(1024), busy());
    machine.run_until(27_ms);
    EXPECT_EQ(machine.schedule(0), "H:3 L:3 H:6 L:3 H:6 L:3 H:3");
    EXPECT_EQ(milliseconds(heavy.used()), 18U);
}

TEST(FairScenario, ASleeperIsServedAtOnceAndGetsNoMoreThanItsPart) {
    Machine machine;
    machine.spawn("H", Parameters::interactive(), busy());
    const Thread& sleeper = machine.spawn("S", Parameters::interactive(), forever({Sleep{8_ms}, Use{2_ms}}));
    machine.run_until(1_s);
    EXPECT_LE(milliseconds(sleeper.longest_latency()), 3U); // when it began
    EXPECT_GE(milliseconds(sleeper.used()), 194U);
}

TEST(FairScenario, OneThatSleptLongDoesNotCatchUp) {
    Machine machine;
    const Thread& hog = machine.spawn("H", Parameters::interactive(), busy());
    machine.spawn("S", Parameters::interactive(), once({Sleep{5_s}, Use{100_s}}));
    machine.run_until(5_s);
    const Nanoseconds before = hog.used();
    machine.run_until(6_s);
    EXPECT_LE(error(hog.used() - before, 500'000'000), 10U);
}

TEST(FairScenario, OneThatOftenSleepsForAnInstantGetsNoMoreThanItsPart) {
    Machine machine;
    const Thread& hog = machine.spawn("H", Parameters::interactive(), busy());
    machine.spawn("C", Parameters::interactive(), forever({Use{2'900_us}, Sleep{1_us}}));
    machine.run_until(3_s);
    EXPECT_LE(error(hog.used(), 1'500'000'000), 10U);
}

TEST(FairScenario, AThunderingHerdIsServedOneAfterTheOther) {
    Machine machine;
    machine.spawn("H", Parameters::interactive(), busy());
    std::vector<Thread*> herd;
    for (int count = 0; count < 100; ++count) {
        herd.push_back(&machine.spawn("t", Parameters::interactive(), forever({Wait{}, Use{100_us}})));
    }
    machine.run_until(50_ms);
    machine.at(51_ms, [&] {
        for (Thread* const thread : herd) {
            machine.wake(*thread);
        }
    });
    const u64 before = machine.decisions();
    machine.run_until(70_ms);
    std::vector<const Thread*> order;
    for (const Piece& piece : machine.pieces()) {
        if (piece.to > 51_ms && piece.thread->name() == "t") {
            order.push_back(piece.thread);
            EXPECT_TRUE(piece.to <= 64_ms && piece.to - piece.from == 100_us);
        }
    }
    EXPECT_TRUE(std::ranges::is_permutation(order, herd));
    EXPECT_LE(machine.decisions() - before, 110U);
}

TEST(FairScenario, AWeightThatChangesCountsFromThenOn) {
    Machine machine;
    Thread& first = machine.spawn("A", Parameters::interactive(), busy());
    machine.spawn("B", Parameters::interactive(), busy());
    machine.run_until(1_s);
    EXPECT_LE(error(first.used(), 500'000'000), 10U);
    machine.at(1_s, [&] { machine.change(first, Parameters::interactive(3072)); });
    machine.run_until(3_s);
    EXPECT_LE(error(first.used(), 2'000'000'000), 10U);
}

TEST(FairScenario, BatchRunsLongerSlicesWhenNobodyInteractiveWants) {
    Machine machine;
    const Thread& interactive = machine.spawn("I", Parameters::interactive(), forever({Sleep{50_ms}, Use{10_ms}}));
    machine.spawn("A", Parameters::batch(), busy());
    machine.spawn("B", Parameters::batch(), busy());
    machine.run_until(120_ms);
    EXPECT_EQ(machine.schedule(0), "A:24 B:24 A:2 I:10 B:24 A:22 B:4 I:10");
    EXPECT_EQ(interactive.longest_latency(), 0_ns);
}

TEST(FairScenario, BatchThatWakesInterruptsNobody) {
    Machine machine;
    machine.spawn("A", Parameters::batch(), busy());
    machine.spawn("B", Parameters::batch(), forever({Sleep{5_ms}, Use{1_ms}}));
    // B waits for A's turn to end before it sleeps, and again when it wakes.
    machine.run_until(60_ms);
    EXPECT_EQ(machine.schedule(0), "A:48 B:1 A:11");
}

TEST(FairScenario, TheIdleClassGetsWhatIsLeft) {
    Machine machine;
    const Thread& idle = machine.spawn("-idle", Parameters::idle(), busy());
    machine.spawn("I", Parameters::interactive(), forever({Use{7_ms}, Sleep{3_ms}}));
    machine.run_until(1_s);
    EXPECT_EQ(milliseconds(idle.used()), 300U);
}

TEST(FairScenario, OneThatIsAloneIsNeverInterrupted) {
    Machine machine;
    machine.spawn("A", Parameters::interactive(), busy());
    machine.run_until(60_s);
    EXPECT_LE(machine.decisions(), 2U);
    EXPECT_EQ(machine.schedule(0), "A:60000");
}

TEST(FairScenario, YieldingLetsTheOtherGoFirst) {
    Machine machine;
    machine.spawn("A", Parameters::interactive(), forever({Use{1_ms}, Yield{}}));
    machine.spawn("B", Parameters::interactive(), forever({Use{1_ms}, Yield{}}));
    machine.run_until(6_ms);
    EXPECT_EQ(machine.schedule(0), "A:1 B:1 A:1 B:1 A:1 B:1");
}

} // namespace scheduler::simulator
