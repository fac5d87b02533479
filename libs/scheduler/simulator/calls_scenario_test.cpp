#include "libs/scheduler/simulator/machine.hpp"
#include "testing/test.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

namespace {

u64 milliseconds(Nanoseconds span) { return (span.value() + 500'000) / 1'000'000; }

Script serves(Nanoseconds span) { return forever({Receive{}, Use{span}, Reply{}}); }

} // namespace

TEST(CallScenario, PingPongIsChargedToTheCallerAndDecidesNothing) {
    Machine machine;
    Thread& server = machine.spawn("S", Parameters::interactive(), serves(10_us));
    const Thread& client = machine.spawn("C", Parameters::interactive(), forever({Use{10_us}, Call{&server}}));
    machine.run_until(1_ms);
    const u64 before = machine.decisions();
    machine.run_until(1_s);
    EXPECT_EQ(machine.decisions(), before); // 50,000 calls, and no queue was asked
    EXPECT_EQ(client.used(), 1_s);
    EXPECT_EQ(server.used(), 0_ns);
    EXPECT_EQ(milliseconds(client.own_time()), 500U);
    EXPECT_EQ(milliseconds(server.time_for_others()), 500U);
}

TEST(CallScenario, AServerRunsAtItsCallersClass) {
    Machine machine;
    Thread& server = machine.spawn("S", Parameters::idle(), serves(2_ms));
    machine.spawn("F", Parameters::interactive(), forever({Use{100_s}}));
    machine.spawn("H", Parameters::fifo(9), forever({Sleep{5_ms}, Call{&server}, Use{1_ms}}));
    machine.run_until(18_ms);
    EXPECT_EQ(machine.schedule(0), "F:5 S:2 H:1 F:5 S:2 H:1 F:2");
}

TEST(CallScenario, ABusyServerRunsAtTheHighestOfThoseWhoWait) {
    for (const bool inherits : {false, true}) {
        Machine machine({.inherits = inherits});
        Thread& server = machine.spawn("S", Parameters::interactive(), serves(3_ms));
        machine.spawn("L", Parameters::batch(), once({Call{&server}}));
        machine.run_until(1_ms);
        machine.spawn("M", Parameters::fifo(5), once({Use{20_ms}}));
        machine.spawn("H", Parameters::fifo(9), once({Call{&server}, Use{1_ms}}));
        machine.run_until(30_ms);
        EXPECT_EQ(machine.schedule(0), inherits ? "S:6 H:1 M:20" : "S:1 M:20 S:5 H:1");
    }
}

TEST(CallScenario, WhenTheCallersQuotaRunsOutTheServerGoesOnWithItsOwn) {
    Machine machine;
    Group& group = machine.add_group({.quota = {2_ms, 100_ms}});
    Thread& server = machine.spawn("S", Parameters::interactive(), serves(5_ms));
    const Thread& client = machine.spawn("C", Parameters::interactive(), once({Call{&server}, Use{1_ms}}), &group);
    const Thread& other = machine.spawn("O", Parameters::interactive(), once({Sleep{1_ms}, Call{&server}}));
    machine.run_until(200_ms);
    EXPECT_EQ(milliseconds(client.used()), 3U); // 2 lent, and 1 of its own in the next period
    EXPECT_EQ(milliseconds(client.ended_at()), 101U);
    EXPECT_EQ(milliseconds(server.time_for_others()), 2U);
    EXPECT_EQ(milliseconds(server.used()), 8U);
    EXPECT_EQ(milliseconds(other.ended_at()), 10U); // the server did not wait for the client's group
}

TEST(CallScenario, AtTheEndOfTheCallersTurnTheServerGoesOnWithItsOwn) {
    Machine machine;
    Thread& server = machine.spawn("S", Parameters::interactive(), serves(5_ms));
    const Thread& client = machine.spawn("C", Parameters::interactive(), once({Call{&server}, Use{2_ms}}));
    machine.spawn("F", Parameters::interactive(), once({Use{20_ms}}));
    machine.run_until(9_ms);
    EXPECT_EQ(server.own().used(), 2_ms);
    EXPECT_EQ(server.time_for_others(), 3_ms);
    machine.run_until(40_ms);
    EXPECT_EQ(client.used(), 5_ms);
    EXPECT_EQ(client.state(), State::Ended);
}

TEST(CallScenario, ACallGoesThroughAChainOfServers) {
    Machine machine;
    Thread& store = machine.spawn("d", Parameters::interactive(), serves(1_ms));
    Thread& files = machine.spawn("f", Parameters::batch(), forever({Receive{}, Use{1_ms}, Call{&store}, Reply{}}));
    machine.run_until(1_ns);
    const Thread& client = machine.spawn("C", Parameters::fifo(3), once({Use{1_ms}, Call{&files}, Use{1_ms}}));
    machine.spawn("F", Parameters::interactive(), forever({Use{100_s}}));
    machine.run_until(6_ms);
    EXPECT_EQ(machine.schedule(0), "C:1 f:1 d:1 C:1 F:2");
    EXPECT_EQ(client.used(), 4_ms);
    EXPECT_EQ(files.time_for_others(), 1_ms);
    EXPECT_EQ(store.time_for_others(), 1_ms);
}

TEST(CallScenario, AServerThatWaitsForALockKeepsWhatWasLentToIt) {
    Machine machine;
    Thread& server =
        machine.spawn("S", Parameters::interactive(), forever({Receive{}, Lock{1}, Use{1_ms}, Unlock{1}, Reply{}}));
    machine.spawn("L", Parameters::batch(), once({Lock{1}, Use{3_ms}, Unlock{1}, Use{3_ms}}));
    machine.run_until(1_ms);
    machine.spawn("F", Parameters::interactive(), once({Use{5_ms}}));
    const Thread& client = machine.spawn("H", Parameters::fifo(3), once({Call{&server}, Use{1_ms}}));
    machine.run_until(20_ms);
    EXPECT_EQ(machine.schedule(0), "L:3 S:1 H:1 F:5 L:3");
    EXPECT_EQ(client.used(), 2_ms);
}

} // namespace scheduler::simulator
