#include <algorithm>
#include <array>

#include "libs/scheduler/simulator/machine.hpp"
#include "testing/test.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u32;
using base::u64;
using namespace base::literals;

namespace {

u64 milliseconds(Nanoseconds span) { return (span.value() + 500'000) / 1'000'000; }

Script busy() { return forever({Use{100_s}}); }

Nanoseconds ran_on(const Machine& machine, u32 cpu, const Thread& thread) {
    Nanoseconds sum;
    for (const Piece& piece : machine.pieces()) {
        sum += piece.cpu == cpu && piece.thread == &thread ? piece.to - piece.from : Nanoseconds{};
    }
    return sum;
}

} // namespace

TEST(ProcessorScenario, AnIdleOneStealsWhatWaits) {
    Machine machine({.nodes = {0, 0}});
    machine.spawn("A", Parameters::interactive(), once({Use{2_ms}}));
    machine.spawn("B", Parameters::interactive(), once({Use{10_ms}}));
    machine.spawn("C", Parameters::interactive(), once({Use{10_ms}}));
    machine.spawn("D", Parameters::interactive(), once({Use{10_ms}}));
    machine.run_until(40_ms);
    EXPECT_GE(machine.steals(), 1U);
    // 32 ms of work on two processors: neither is idle while one waits.
    for (const Piece& piece : machine.pieces()) {
        EXPECT_TRUE(piece.to <= 17_ms);
    }
}

TEST(ProcessorScenario, AStealStormMovesEachThreadOnceAtMost) {
    Machine machine({.nodes = {0, 0, 0, 0, 1, 1, 1, 1}});
    std::vector<const Thread*> threads;
    for (int count = 0; count < 8; ++count) {
        threads.push_back(&machine.spawn_on({0}, "t", Parameters::interactive(), once({Use{20_ms}})));
    }
    machine.run_until(1_ms);
    // All at once may run anywhere, and seven processors want them.
    machine.at(1_ms, [&] {
        for (const Thread* const thread : threads) {
            machine.set_affinity(const_cast<Thread&>(*thread), {0, 1, 2, 3, 4, 5, 6, 7});
        }
        for (u32 cpu = 1; cpu < 8; ++cpu) {
            machine.preempt(cpu);
            machine.resume(cpu);
        }
    });
    machine.run_until(60_ms);
    EXPECT_EQ(machine.steals(), 7U);
    for (const Thread* const thread : threads) {
        EXPECT_LE(thread->migrations(), 1U);
        EXPECT_LE(milliseconds(thread->ended_at()), 22U);
    }
}

TEST(ProcessorScenario, AnIdleOneStealsInItsNodeFirst) {
    Machine machine({.nodes = {0, 0, 1, 1}, .balances = false});
    machine.spawn_on({0}, "a", Parameters::interactive(), busy());
    machine.spawn_on({2}, "b", Parameters::interactive(), busy());
    machine.spawn_on({3}, "k", Parameters::interactive(8192), once({Use{20_ms}}));
    const Thread& far = machine.spawn_on({0, 3}, "f", Parameters::interactive(), busy());
    const Thread& first = machine.spawn_on({2, 3}, "s", Parameters::interactive(), busy());
    const Thread& second = machine.spawn_on({2, 3}, "t", Parameters::interactive(), busy());
    machine.run_until(60_ms);
    // Processor 3 is idle after 20 ms: it takes from processor 2, its neighbour.
    EXPECT_EQ(ran_on(machine, 3, far), 0_ns);
    EXPECT_EQ(ran_on(machine, 3, first) + ran_on(machine, 3, second), 40_ms);
    EXPECT_EQ(machine.steals(), 1U);
}

TEST(ProcessorScenario, AProcessorThatComesIsUsed) {
    Machine machine;
    std::array<const Thread*, 4> threads{};
    for (const Thread*& thread : threads) {
        thread = &machine.spawn("t", Parameters::interactive(), busy());
    }
    machine.at(100_ms, [&] { machine.add_processor(0); });
    machine.run_until(300_ms);
    for (const Thread* const thread : threads) {
        EXPECT_GE(milliseconds(thread->used()), 118U); // 25 and 100, give or take two slices
        EXPECT_LE(milliseconds(thread->used()), 132U);
    }
}

TEST(ProcessorScenario, AProcessorThatGoesLosesNobody) {
    Machine machine({.nodes = {0, 0}});
    std::array<const Thread*, 4> threads{};
    for (const Thread*& thread : threads) {
        thread = &machine.spawn("t", Parameters::interactive(), busy());
    }
    const Thread& pinned = machine.spawn_on({1}, "p", Parameters::fifo(1), forever({Sleep{9_ms}, Use{1_ms}}));
    machine.at(100_ms, [&] { machine.remove_processor(1); });
    machine.run_until(500_ms);
    for (const Thread* const thread : threads) {
        EXPECT_GE(milliseconds(thread->used()), 130U);
        EXPECT_LE(milliseconds(thread->used()), 145U);
    }
    EXPECT_EQ(milliseconds(pinned.used()), 50U); // nothing of its mask is left: it runs where there is one
}

TEST(ProcessorScenario, AffinityHoldsWhateverTheLoad) {
    Machine machine({.nodes = {0, 0}});
    const Thread& first = machine.spawn_on({0}, "A", Parameters::interactive(), busy());
    const Thread& second = machine.spawn_on({0}, "B", Parameters::interactive(), busy());
    Thread& third = machine.spawn_on({1}, "C", Parameters::interactive(), busy());
    machine.run_until(90_ms);
    EXPECT_EQ(milliseconds(first.used()), 45U);
    EXPECT_EQ(milliseconds(second.used()), 45U);
    EXPECT_EQ(milliseconds(third.used()), 90U);
    machine.at(90_ms, [&] { machine.set_affinity(third, {0}); });
    machine.run_until(180_ms);
    EXPECT_EQ(machine.schedule(1), "C:90");
    EXPECT_EQ(milliseconds(third.used()), 120U);
}

TEST(ProcessorScenario, OneThatWakesStaysInItsNode) {
    Machine machine({.nodes = {0, 0, 1, 1}});
    const Thread& worker = machine.spawn("W", Parameters::interactive(), forever({Use{1_ms}, Sleep{1_ms}}));
    machine.run_until(10_ms);
    // Somebody takes its processor: it goes next door, not to the other node.
    machine.spawn_on({0}, "H", Parameters::interactive(), busy());
    machine.run_until(50_ms);
    EXPECT_EQ(worker.processor(), 1U);
    EXPECT_EQ(ran_on(machine, 2, worker) + ran_on(machine, 3, worker), 0_ns);
}

TEST(ProcessorScenario, APreemptedProcessorGetsNoWorkAndChargesNothing) {
    Machine machine({.nodes = {0, 0}});
    const Thread& victim = machine.spawn_on({1}, "V", Parameters::interactive(), busy());
    const Thread& hog = machine.spawn_on({0}, "H", Parameters::interactive(), busy());
    Thread& worker = machine.spawn("W", Parameters::interactive(), forever({Sleep{1_ms}, Use{500_us}}));
    machine.at(10_ms, [&] { machine.preempt(1); });
    machine.at(30_ms, [&] { machine.resume(1); });
    machine.run_until(40_ms);
    EXPECT_LE(milliseconds(worker.longest_latency()), 3U);
    for (const Piece& piece : machine.pieces()) {
        EXPECT_TRUE(piece.cpu == 0 || piece.to <= 10_ms || piece.from >= 30_ms);
    }
    EXPECT_EQ(victim.used() + hog.used() + worker.used(), 60_ms); // 20 were stolen
}

TEST(ProcessorScenario, ThoseWhoWaitOnAPreemptedProcessorAreTakenFromIt) {
    Machine machine({.nodes = {0, 0}});
    machine.spawn_on({1}, "A", Parameters::interactive(), busy());
    const Thread& waits = machine.spawn_on({1}, "B", Parameters::interactive(), once({Use{5_ms}}));
    machine.run_until(1_ms);
    machine.at(1_ms, [&] {
        machine.set_affinity(const_cast<Thread&>(waits), {0, 1});
        machine.preempt(1);
    });
    machine.at(50_ms, [&] { machine.resume(1); });
    machine.run_until(60_ms);
    EXPECT_EQ(waits.ended_at(), 6_ms);
}

TEST(ProcessorScenario, BalanceIsAskedOnlyWhileThereIsSomethingToDo) {
    Machine machine({.nodes = {0, 0}});
    for (const u32 weight : {8U, 8U, 4U, 4U, 2U, 2U, 1U, 1U}) {
        machine.spawn("t", Parameters::interactive(weight), busy());
    }
    machine.run_until(100_ms);
    const u64 before = machine.balances();
    EXPECT_LE(before, 5U);
    machine.run_until(10_s);
    EXPECT_EQ(machine.balances(), before);
}

} // namespace scheduler::simulator
