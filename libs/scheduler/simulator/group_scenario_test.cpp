#include "libs/scheduler/simulator/machine.hpp"
#include "testing/test.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

namespace {

u64 microseconds(Nanoseconds span) { return (span.value() + 500) / 1000; }

Script busy() { return forever({Use{100_s}}); }

/// Each runs a little and makes another one, up to `most` in all.
void fork(Machine& machine, Thread& self, Group& group, int& count, int most) {
    if (count < most) {
        ++count;
        machine.spawn("b", Parameters::interactive(),
                      forever({Use{300_us},
                               Act{[&group, &count, most](Machine& m, Thread& t) { fork(m, t, group, count, most); }}}),
                      &group, &self);
    }
}

} // namespace

TEST(GroupScenario, AQuotaHoldsWithinAPercentOverASecond) {
    Machine machine({.nodes = {0, 0}});
    Group& group = machine.add_group({.quota = {50_ms, 100_ms}});
    for (int count = 0; count < 4; ++count) {
        machine.spawn("q", Parameters::interactive(), busy(), &group);
    }
    machine.run_until(1_s);
    EXPECT_EQ(microseconds(group.used()), 500'000U);
    machine.run_until(2_s);
    EXPECT_EQ(microseconds(group.used()), 1'000'000U);
}

TEST(GroupScenario, AQuotaIsUsedAtTheBeginningOfEachPeriod) {
    Machine machine;
    Group& group = machine.add_group({.quota = {10_ms, 40_ms}});
    machine.spawn("Q", Parameters::interactive(), busy(), &group);
    machine.spawn("B", Parameters::batch(), busy());
    machine.run_until(120_ms);
    EXPECT_EQ(machine.schedule(0), "Q:10 B:30 Q:10 B:30 Q:10 B:30");
}

TEST(GroupScenario, NestedQuotasHoldTogether) {
    Machine machine({.nodes = {0, 0}});
    Group& outer = machine.add_group({.quota = {60_ms, 100_ms}});
    Group& small = machine.add_group({.quota = {10_ms, 50_ms}}, &outer);
    Group& large = machine.add_group({.quota = {200_ms, 100_ms}}, &outer);
    machine.spawn("s", Parameters::interactive(), busy(), &small);
    machine.spawn("l", Parameters::interactive(), busy(), &large);
    machine.spawn("l", Parameters::interactive(), busy(), &large);
    machine.run_until(1_s);
    EXPECT_EQ(microseconds(outer.used()), 600'000U);
    EXPECT_LE(microseconds(small.used()), 200'000U);
    EXPECT_GE(microseconds(small.used()), 100'000U);
    EXPECT_EQ(microseconds(small.used() + large.used()), 600'000U);
}

TEST(GroupScenario, AForkBombWithinItsBudgetLeavesTheShellResponsive) {
    Machine machine({.nodes = {0, 0}});
    Group& bomb = machine.add_group({.share = 1024});
    Group& console = machine.add_group({.share = 1024});
    int count = 1;
    machine.spawn("b", Parameters::interactive(),
                  forever({Use{300_us}, Act{[&](Machine& m, Thread& t) { fork(m, t, bomb, count, 1000); }}}), &bomb);
    const Thread& shell = machine.spawn("S", Parameters::interactive(), forever({Sleep{20_ms}, Use{1_ms}}), &console);
    machine.run_until(3_s);
    EXPECT_EQ(count, 1000);
    EXPECT_LE(microseconds(shell.longest_latency()), 3'000U);
    EXPECT_GE(microseconds(shell.used()), 125'000U); // of 143 keystrokes a few are late
}

TEST(GroupScenario, SharesHoldHoweverManyThreadsAreInAGroup) {
    Machine machine;
    Group& crowd = machine.add_group({.share = 1024});
    Group& single = machine.add_group({.share = 1024});
    for (int count = 0; count < 50; ++count) {
        machine.spawn("c", Parameters::interactive(), busy(), &crowd);
    }
    machine.spawn("S", Parameters::interactive(), busy(), &single);
    machine.run_until(4_s);
    EXPECT_GE(microseconds(single.used()), 1'980'000U);
    EXPECT_LE(microseconds(single.used()), 2'020'000U);
}

TEST(GroupScenario, OneThatHoldsALockRunsOnThoughItsGroupHasNoTime) {
    Machine machine;
    Group& group = machine.add_group({.quota = {2_ms, 100_ms}});
    machine.spawn("L", Parameters::interactive(), once({Lock{1}, Use{5_ms}, Unlock{1}, Use{1_ms}}), &group);
    machine.spawn("H", Parameters::fifo(7), once({Sleep{1_ms}, Lock{1}, Use{1_ms}, Unlock{1}}));
    machine.run_until(1_s);
    // It pays with the two periods that follow.
    EXPECT_EQ(machine.schedule(0), "L:5 H:1 -:194 L:1");
}

} // namespace scheduler::simulator
