#include "libs/scheduler/placement.hpp"

#include <array>

#include "testing/test.hpp"

namespace scheduler {

using base::Nanoseconds;
using base::u32;
using base::usize;
using cpu_set::CpuSet;
using namespace base::literals;

namespace {

/// Node 0 has processors 0 and 1, node 1 has 2 and 3, node 2 has 4 and 5; node 2 is nearer to node 0 than node 1 is.
struct Distances {
    [[nodiscard]] static u32 count() { return 3; }

    [[nodiscard]] static base::u8 distance(u32 from, u32 to) {
        constexpr std::array<std::array<base::u8, 3>, 3> kTable{{{10, 30, 20}, {30, 10, 25}, {20, 25, 10}}};
        return kTable.at(from).at(to);
    }
};

CpuSet set_of(std::initializer_list<u32> cpus) {
    CpuSet set;
    for (const u32 cpu : cpus) {
        set.add(cpu);
    }
    return set;
}

struct Machine {
    Machine() {
        for (u32 cpu = 0; cpu < 6; ++cpu) {
            topology.add(cpu, cpu / 2);
        }
    }

    [[nodiscard]] Situation situation() const { return {topology, idle, preempted}; }

    [[nodiscard]] u32 wake(u32 last, const CpuSet& affinity, Rank rank = Rank{2}) const {
        return choose_for_waking(situation(), {affinity, last, rank}, [this](u32 cpu) { return loads.at(cpu); });
    }

    [[nodiscard]] u32 start(u32 near, const CpuSet& affinity) const {
        return choose_for_start(situation(), {affinity, near, Rank{2}}, [this](u32 cpu) { return loads.at(cpu); });
    }

    [[nodiscard]] std::optional<u32> victim(u32 thief) const {
        return choose_victim(situation(), thief, [this](u32 cpu) { return loads.at(cpu); });
    }

    Topology topology{Distances{}};
    CpuSet idle;
    CpuSet preempted;
    std::array<Load, 6> loads{};
    CpuSet any = set_of({0, 1, 2, 3, 4, 5});
};

} // namespace

TEST(Topology, KnowsWhoIsNear) {
    Machine machine;
    u32 order = 0;
    machine.topology.for_each_node_from(1, [&order, &machine](const CpuSet& node) {
        node.for_each([&](u32 cpu) { order = order * 10 + machine.topology.node_of(cpu) + 1; });
        return false;
    });
    EXPECT_EQ(order, 113'322U);
    machine.topology.remove(4);
    EXPECT_TRUE(!machine.topology.online().contains(4) && machine.topology.node_of(5) == 2);
    machine.topology.add(4, 1);
    EXPECT_EQ(machine.topology.node_of(4), 1U);
}

TEST(Placement, AMaskNeedsAProcessorThatIsThere) {
    const Machine machine;
    EXPECT_TRUE(check_affinity(set_of({5, 400}), machine.topology).has_value());
    EXPECT_TRUE(check_affinity(set_of({400}), machine.topology) == base::Result<void>{base::Error::InvalidArgument});
    EXPECT_TRUE(check_affinity({}, machine.topology) == base::Result<void>{base::Error::InvalidArgument});
    EXPECT_TRUE(allowed(machine.situation(), set_of({400})) == machine.any); // its processors went away
}

TEST(Placement, OneThatWakesGoesWhereItWasOrNearIt) {
    Machine machine;
    machine.idle = set_of({1, 2, 4});
    EXPECT_EQ(machine.wake(4, machine.any), 4U);
    machine.idle.add(5);
    EXPECT_EQ(machine.wake(5, machine.any), 5U);
    EXPECT_EQ(machine.wake(0, machine.any), 1U); // the same node
    machine.idle.remove(1);
    EXPECT_EQ(machine.wake(0, machine.any), 4U); // the nearer node, not the lower number
    EXPECT_EQ(machine.wake(0, set_of({0, 2})), 2U);
    machine.idle = {};
    EXPECT_EQ(machine.wake(3, machine.any), 3U);
}

TEST(Placement, APreemptedProcessorGetsNoWakingWork) {
    Machine machine;
    machine.idle = set_of({0, 4});
    machine.preempted = set_of({0});
    EXPECT_EQ(machine.wake(0, machine.any), 4U);
    machine.idle = {};
    machine.loads = {{{1}, {7}, {7}, {7}, {5}, {7}}};
    EXPECT_EQ(machine.wake(0, machine.any), 4U); // the least load of the others
    EXPECT_EQ(machine.start(0, machine.any), 4U);
    EXPECT_EQ(machine.wake(0, set_of({0})), 0U); // there is no other
    machine.preempted = set_of({0, 1});
    EXPECT_EQ(machine.wake(2, set_of({0, 1})), 0U);
}

TEST(Placement, RealTimeGoesWhereTheLeastImportantRuns) {
    Machine machine;
    for (u32 cpu = 0; cpu < 6; ++cpu) {
        machine.loads.at(cpu).running = Rank::of_priority(static_cast<base::u8>(20 + cpu));
    }
    machine.loads[3].running = Rank{2};
    EXPECT_EQ(machine.wake(0, machine.any, Rank::of_priority(10)), 3U);
    machine.loads[3].running = Rank::of_priority(50);
    EXPECT_EQ(machine.wake(5, machine.any, Rank::of_priority(24)), 0U);
    EXPECT_EQ(machine.wake(5, machine.any, Rank::of_priority(20)), 5U); // it would wait anywhere
}

TEST(Placement, ANewOneGoesToTheLeastLoad) {
    Machine machine;
    machine.loads = {{{5}, {4}, {2}, {4}, {2}, {9}}};
    EXPECT_EQ(machine.start(0, machine.any), 4U); // of two equal ones the nearer
    EXPECT_EQ(machine.start(0, set_of({0, 1, 5})), 1U);
    machine.idle = set_of({5});
    EXPECT_EQ(machine.start(0, machine.any), 5U);
}

TEST(Placement, AnIdleOneStealsFromTheNearestWhereMostWait) {
    Machine machine;
    EXPECT_TRUE(!machine.victim(0).has_value());
    machine.loads[0].waiting = 9;
    machine.loads[2].waiting = 3;
    machine.loads[3].waiting = 4;
    EXPECT_TRUE(machine.victim(2) == 3U);
    EXPECT_TRUE(machine.victim(5) == 0U);
    machine.loads[0].waiting = 0;
    EXPECT_TRUE(machine.victim(0) == 3U);
    machine.preempted.add(2);
    EXPECT_TRUE(machine.victim(0) == 2U); // those there cannot run at all
}

TEST(Placement, WhatIsStolenIsUrgentOrCold) {
    std::array<Runner, 4> threads{Runner{Parameters::interactive()}, Runner{Parameters::interactive()},
                                  Runner{Parameters::interactive()}, Runner{Parameters::interactive()}};
    Runner urgent(Parameters::fifo(1));
    RunQueue queue;
    for (Runner& thread : threads) {
        queue.add(thread.own());
        thread.set_last_ran(10_ms);
    }
    EXPECT_TRUE(queue.take() == &threads[0].own());
    threads[2].set_last_ran(9_ms);
    threads[1].set_last_ran(9'900_us);
    EXPECT_TRUE(choose_stolen(queue, 1, 10_ms) == &threads[2].own()); // the one that is cold
    threads[2].set_last_ran(9'950_us);
    EXPECT_TRUE(choose_stolen(queue, 1, 10_ms) == &threads[1].own()); // all are warm: the least warm
    threads[1].set_affinity(set_of({0}));
    EXPECT_TRUE(choose_stolen(queue, 1, 10_ms) == &threads[2].own());
    EXPECT_TRUE(choose_stolen(queue, 1, 20_ms) == &threads[3].own()); // all are cold: whose turn is last
    queue.add(urgent.own());
    urgent.set_last_ran(19'900_us);
    EXPECT_TRUE(choose_stolen(queue, 1, 20_ms) == &urgent.own());
    queue.remove(urgent.own());
    for (Runner& thread : threads) {
        queue.remove(thread.own());
    }
    EXPECT_TRUE(choose_stolen(queue, 1, 20_ms) == nullptr);
}

} // namespace scheduler
