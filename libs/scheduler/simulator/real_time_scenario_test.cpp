#include "libs/scheduler/simulator/machine.hpp"
#include "testing/test.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

namespace {

u64 milliseconds(Nanoseconds span) { return (span.value() + 500'000) / 1'000'000; }

/// L has what H needs, and M keeps L from running.
std::string inversion(bool inherits) {
    Machine machine({.inherits = inherits});
    machine.spawn("L", Parameters::fifo(10), once({Lock{1}, Use{4_ms}, Unlock{1}, Use{2_ms}}));
    machine.spawn("H", Parameters::fifo(30), once({Sleep{1_ms}, Lock{1}, Use{1_ms}, Unlock{1}}));
    machine.spawn("M", Parameters::fifo(20), once({Sleep{2_ms}, Use{20_ms}}));
    machine.run_until(40_ms);
    return machine.schedule(0);
}

} // namespace

TEST(RealTimeScenario, FifoRunsToItsEndAndRoundRobinTakesTurns) {
    Machine fifo;
    fifo.spawn("A", Parameters::fifo(5), once({Use{25_ms}}));
    fifo.spawn("B", Parameters::fifo(5), once({Use{25_ms}}));
    fifo.run_until(60_ms);
    EXPECT_EQ(fifo.schedule(0), "A:25 B:25");
    Machine turns;
    turns.spawn("A", Parameters::round_robin(5), once({Use{25_ms}}));
    turns.spawn("B", Parameters::round_robin(5), once({Use{25_ms}}));
    turns.run_until(60_ms);
    EXPECT_EQ(turns.schedule(0), "A:10 B:10 A:10 B:10 A:5 B:5");
}

TEST(RealTimeScenario, AHigherPriorityComesAtOnce) {
    Machine machine;
    machine.spawn("L", Parameters::fifo(5), once({Use{10_ms}}));
    const Thread& high = machine.spawn("H", Parameters::fifo(6), forever({Sleep{3_ms}, Use{1_ms}}));
    machine.run_until(14_ms);
    EXPECT_EQ(machine.schedule(0), "L:3 H:1 L:3 H:1 L:3 H:1 L:1");
    EXPECT_EQ(high.longest_latency(), 0_ns);
}

TEST(RealTimeScenario, WithoutInheritanceTheUrgentOneWaitsForTheMiddleOne) {
    EXPECT_EQ(inversion(false), "L:2 M:20 L:2 H:1 L:2");
}

TEST(RealTimeScenario, WithInheritanceTheUrgentOneWaitsForTheLockOnly) {
    EXPECT_EQ(inversion(true), "L:4 H:1 M:20 L:2");
}

TEST(RealTimeScenario, AChainOfSixteenLocksInheritsToItsEnd) {
    Machine machine;
    for (base::usize index = 0; index < 16; ++index) {
        const std::string name(1, static_cast<char>('a' + index));
        // Each has one lock and wants the next one, which the one started before has.
        const std::vector<Step> first{Lock{0}, Sleep{1_ms}, Use{1_ms}, Unlock{0}};
        const std::vector<Step> other{Lock{index}, Lock{index - 1}, Use{1_ms}, Unlock{index - 1}, Unlock{index}};
        machine.spawn(name, Parameters::interactive(), once(index == 0 ? first : other));
        machine.run_until(machine.now() + 1_ns);
    }
    machine.spawn("M", Parameters::fifo(20), once({Use{100_ms}}));
    machine.run_until(100_us);
    const Thread& high = machine.spawn("H", Parameters::fifo(30), once({Lock{15}, Use{1_ms}, Unlock{15}}));
    machine.run_until(200_ms);
    EXPECT_EQ(machine.schedule(0), "M:1 a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1 i:1 j:1 k:1 l:1 m:1 n:1 o:1 p:1 H:1 M:99");
    EXPECT_EQ(milliseconds(high.ended_at()), 18U);
}

TEST(RealTimeScenario, ACycleOfLocksStopsNobodyElse) {
    Machine machine;
    machine.spawn("A", Parameters::interactive(), once({Lock{1}, Use{1_ms}, Sleep{2_ms}, Lock{2}}));
    machine.spawn("B", Parameters::interactive(), once({Lock{2}, Use{1_ms}, Sleep{2_ms}, Lock{1}}));
    Thread& high = machine.spawn("H", Parameters::fifo(30), once({Sleep{10_ms}, Use{1_ms}, Lock{1}}));
    machine.spawn("F", Parameters::interactive(), once({Use{20_ms}}));
    machine.run_until(40_ms);
    EXPECT_EQ(high.state(), State::Waiting);
    EXPECT_EQ(machine.schedule(0), "A:1 B:1 F:8 H:1 F:12");
}

TEST(RealTimeScenario, AFloodLeavesTheOthersTheirPart) {
    Machine machine;
    for (int count = 0; count < 10; ++count) {
        machine.spawn("R", Parameters::fifo(99), forever({Use{100_s}}));
    }
    const Thread& shell = machine.spawn("S", Parameters::interactive(), forever({Use{1_ms}, Sleep{50_ms}}));
    const Thread& fair = machine.spawn("F", Parameters::interactive(), forever({Use{100_s}}));
    machine.run_until(10_s);
    EXPECT_GE(milliseconds(shell.used() + fair.used()), 495U);
    EXPECT_LE(milliseconds(shell.used() + fair.used()), 505U);
    EXPECT_LE(milliseconds(shell.longest_latency()), 100U);
}

TEST(RealTimeScenario, AnAdmittedLoadRunsOnTimeAndLeavesTheRest) {
    Machine machine;
    Group& group = machine.add_group({});
    ASSERT_TRUE(!group.reserve_real_time({3_ms, 10_ms}, 0_ns).has_value());
    const Thread& audio = machine.spawn("A", Parameters::fifo(50), forever({Use{2_ms}, Sleep{8_ms}}), &group);
    const Thread& fair = machine.spawn("F", Parameters::interactive(), forever({Use{100_s}}));
    machine.run_until(1_s);
    EXPECT_EQ(milliseconds(audio.used()), 200U);
    EXPECT_EQ(audio.longest_latency(), 0_ns);
    EXPECT_EQ(milliseconds(fair.used()), 800U);
}

} // namespace scheduler::simulator
