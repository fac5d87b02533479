#include "libs/scheduler/run_queue.hpp"

#include <array>

#include "testing/test.hpp"

namespace scheduler {

using base::Nanoseconds;
using base::u64;
using base::usize;
using namespace base::literals;

namespace {

/// A queue, and threads that leave it at the end.
template <usize kCount>
struct Machine {
    explicit Machine(const std::array<Parameters, kCount>& parameters)
        : Machine(parameters, std::make_index_sequence<kCount>()) {}

    template <usize... kIndices>
    Machine(const std::array<Parameters, kCount>& parameters, std::index_sequence<kIndices...>)
        : threads{Runner(parameters[kIndices])...} {}

    ~Machine() {
        for (Runner& thread : threads) {
            if (thread.own().is_queued()) {
                queue.remove(thread.own());
            }
        }
    }

    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void add_all() {
        for (Runner& thread : threads) {
            queue.add(thread.own());
        }
    }

    /// Which thread is taken; kCount: none.
    usize take() {
        const Context* const taken = queue.take();
        usize index = 0;
        while (index < kCount && &threads[index].own() != taken) {
            ++index;
        }
        return index;
    }

    /// Runs turn after turn, each as long as the queue says, `idle` long if it says nothing, for `span` at least.
    void run(Nanoseconds span) {
        for (Nanoseconds now{}; now < span;) {
            ASSERT_TRUE(queue.take() != nullptr);
            const Nanoseconds turn = queue.next_decision().value_or(1_ms);
            queue.charge(turn);
            now += turn;
        }
    }

    [[nodiscard]] u64 used(usize index) const { return threads[index].own().used().value(); }

    std::array<Runner, kCount> threads;
    RunQueue queue;
};

} // namespace

TEST(RunQueue, TakesTheHighestClassFirst) {
    Machine<5> machine({Parameters::idle(), Parameters::batch(), Parameters::interactive(), Parameters::round_robin(3),
                        Parameters::fifo(4)});
    EXPECT_EQ(machine.take(), 5U);
    machine.add_all();
    EXPECT_EQ(machine.queue.count(), 5U);
    for (usize left = 5; left-- != 0;) {
        EXPECT_EQ(machine.take(), left);
        EXPECT_TRUE(machine.queue.running() == &machine.threads[left].own());
        machine.queue.remove(machine.threads[left].own());
        EXPECT_TRUE(machine.queue.running() == nullptr);
    }
    EXPECT_EQ(machine.take(), 5U);
}

TEST(RunQueue, FifoRunsUntilItWaitsAndKeepsItsPlace) {
    Machine<3> machine({Parameters::fifo(5), Parameters::fifo(5), Parameters::fifo(6)});
    machine.queue.add(machine.threads[0].own());
    machine.queue.add(machine.threads[1].own());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(!machine.queue.next_decision().has_value());
    EXPECT_TRUE(!machine.queue.charge(10_s));
    machine.queue.add(machine.threads[2].own());
    EXPECT_TRUE(machine.queue.preempts(machine.threads[2].own()));
    EXPECT_EQ(machine.take(), 2U);
    machine.queue.remove(machine.threads[2].own());
    EXPECT_EQ(machine.take(), 0U); // before the other one, who was behind it
    machine.queue.yield();
    EXPECT_EQ(machine.take(), 1U);
}

TEST(RunQueue, RoundRobinTakesTurnsAmongItsPriority) {
    Machine<3> machine({Parameters::round_robin(5), Parameters::round_robin(5, 4_ms), Parameters::round_robin(4)});
    machine.add_all();
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(machine.queue.next_decision() == 10_ms);
    EXPECT_TRUE(!machine.queue.charge(9_ms));
    EXPECT_TRUE(machine.queue.next_decision() == 1_ms);
    EXPECT_TRUE(machine.queue.charge(1_ms));
    EXPECT_EQ(machine.take(), 1U);
    EXPECT_TRUE(machine.queue.next_decision() == 4_ms);
    EXPECT_TRUE(machine.queue.charge(4_ms));
    EXPECT_EQ(machine.take(), 0U);
    machine.queue.remove(machine.threads[1].own());
    EXPECT_TRUE(!machine.queue.next_decision().has_value()); // alone in its priority
    EXPECT_TRUE(!machine.queue.charge(10_ms));
}

TEST(RunQueue, IsTicklessForOneThatIsAlone) {
    Machine<2> machine({Parameters::interactive(), Parameters::batch()});
    machine.add_all();
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(!machine.queue.next_decision().has_value()); // batch waits for it, however long it takes
    machine.queue.remove(machine.threads[0].own());
    EXPECT_TRUE(!machine.queue.next_decision().has_value());
    EXPECT_EQ(machine.take(), 1U);
    EXPECT_TRUE(!machine.queue.next_decision().has_value());
}

TEST(RunQueue, FairOnesRunByWeightAndOfNoneAreNanosecondsLost) {
    Machine<4> machine({Parameters::interactive(1), Parameters::interactive(2), Parameters::interactive(4),
                        Parameters::interactive(8)});
    machine.add_all();
    machine.run(15_s);
    u64 sum = 0;
    for (usize index = 0; index < 4; ++index) {
        const u64 expected = 1'000'000'000ULL << index;
        EXPECT_TRUE(machine.used(index) + 4'000'000 >= expected && machine.used(index) <= expected + 4'000'000);
        sum += machine.used(index);
    }
    EXPECT_TRUE(sum >= 15'000'000'000 && sum < 15'003'000'000);
}

TEST(RunQueue, AShorterSliceIsServedSooner) {
    Machine<3> machine({Parameters::interactive(), Parameters::interactive(), Parameters::interactive(1024, 200_us)});
    machine.queue.add(machine.threads[0].own());
    machine.queue.add(machine.threads[1].own());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(machine.queue.next_decision() == 3_ms);
    EXPECT_TRUE(!machine.queue.charge(1_ms));
    machine.queue.add(machine.threads[2].own());
    EXPECT_TRUE(machine.queue.preempts(machine.threads[2].own()));
    EXPECT_EQ(machine.take(), 2U);
    EXPECT_TRUE(machine.queue.next_decision() == 200_us);
}

TEST(RunQueue, OneThatWakesTakesTheProcessorFromOneThatRanAWhileOrMoreThanItsPart) {
    Machine<2> machine({Parameters::interactive(), Parameters::interactive()});
    machine.queue.add(machine.threads[0].own());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(!machine.queue.charge(400_us));
    machine.queue.add(machine.threads[1].own());
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[1].own())); // both are owed nothing
    machine.queue.remove(machine.threads[1].own());
    EXPECT_TRUE(!machine.queue.charge(100_us));
    machine.queue.add(machine.threads[1].own());
    EXPECT_TRUE(machine.queue.preempts(machine.threads[1].own())); // it had its while
    EXPECT_EQ(machine.take(), 1U);
    EXPECT_TRUE(!machine.queue.charge(100_us));
    machine.queue.remove(machine.threads[0].own());
    machine.queue.add(machine.threads[0].own());
    EXPECT_TRUE(machine.queue.preempts(machine.threads[0].own())); // the other one has run more than its part
}

TEST(RunQueue, OneThatWasAloneForLongIsInterruptedLikeAnyOther) {
    Machine<2> machine({Parameters::interactive(), Parameters::interactive()});
    machine.queue.add(machine.threads[0].own());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(!machine.queue.charge(8_ms)); // two requests, and 2 ms of the third
    machine.queue.add(machine.threads[1].own());
    EXPECT_TRUE(machine.queue.next_decision() == 1_ms);
    EXPECT_TRUE(machine.queue.preempts(machine.threads[1].own()));
    EXPECT_EQ(machine.take(), 1U);
}

TEST(RunQueue, BatchNeverPreempts) {
    Machine<4> machine({Parameters::batch(), Parameters::batch(), Parameters::interactive(), Parameters::idle()});
    machine.queue.add(machine.threads[0].own());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(!machine.queue.charge(1_ms));
    machine.queue.add(machine.threads[1].own());
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[1].own()));
    EXPECT_TRUE(machine.queue.next_decision() == 23_ms);
    EXPECT_TRUE(!machine.queue.charge(1_ms));
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[1].own())); // though it is more in need
    machine.queue.add(machine.threads[2].own());
    EXPECT_TRUE(machine.queue.preempts(machine.threads[2].own()));
    EXPECT_EQ(machine.take(), 2U);
    machine.queue.remove(machine.threads[0].own());
    machine.queue.add(machine.threads[0].own());
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[0].own()));
    machine.queue.add(machine.threads[3].own());
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[3].own()));
}

TEST(RunQueue, WhatOneIsOwedSurvivesItsSleep) {
    Machine<3> machine({Parameters::interactive(), Parameters::interactive(), Parameters::interactive()});
    machine.add_all();
    EXPECT_EQ(machine.take(), 0U);
    machine.queue.charge(3_ms); // it has run 2 ms more than its part
    machine.queue.remove(machine.threads[0].own());
    machine.queue.add(machine.threads[0].own());
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_TRUE(machine.take() != 0U);
        machine.queue.charge(machine.queue.next_decision().value_or(0_ns));
    }
    EXPECT_EQ(machine.take(), 0U);
}

TEST(RunQueue, SleepingEarnsNothing) {
    Machine<2> machine({Parameters::interactive(), Parameters::interactive()});
    machine.add_all();
    machine.run(100_ms);
    machine.queue.remove(machine.threads[1].own());
    machine.run(10_s);
    machine.queue.add(machine.threads[1].own());
    const u64 before = machine.used(0);
    machine.run(100_ms);
    EXPECT_TRUE(machine.used(0) - before >= 44'000'000);
}

TEST(RunQueue, TimeThatWasStolenIsNotCharged) {
    Machine<1> machine({Parameters::interactive()});
    machine.add_all();
    EXPECT_EQ(machine.take(), 0U);
    machine.queue.charge(5_ms, 2_ms);
    EXPECT_EQ(machine.used(0), 3'000'000U);
    machine.queue.charge(1_ms, 2_ms); // more than passed: nothing is left
    EXPECT_EQ(machine.used(0), 3'000'000U);
    EXPECT_EQ(machine.threads[0].own_time().value(), 3'000'000U);
}

TEST(RunQueue, ParametersChangeWhileItIsReady) {
    Machine<2> machine({Parameters::interactive(), Parameters::interactive()});
    machine.add_all();
    machine.run(30_ms);
    const u64 before = machine.used(1);
    EXPECT_TRUE(RunQueue::change(machine.threads[1].own(), Parameters::interactive(3072)).has_value());
    machine.run(40_ms);
    EXPECT_TRUE(machine.used(1) - before >= 27'000'000 && machine.used(1) - before <= 33'000'000);
    EXPECT_TRUE(RunQueue::change(machine.threads[0].own(), Parameters::fifo(1)).has_value());
    EXPECT_EQ(machine.take(), 0U);
    EXPECT_TRUE(RunQueue::change(machine.threads[0].own(), Parameters::fifo(0)) ==
                base::Result<void>{base::Error::InvalidArgument});
    EXPECT_TRUE(machine.threads[0].own().parameters() == Parameters::fifo(1));
    EXPECT_TRUE(RunQueue::change(machine.threads[0].own(), Parameters::batch()).has_value());
    EXPECT_EQ(machine.take(), 1U);
}

TEST(RunQueue, OneThatIsPutBackIsReadyAndAnotherGoesOn) {
    Machine<2> machine({Parameters::interactive(), Parameters::interactive()});
    machine.queue.add(machine.threads[0].own());
    EXPECT_EQ(machine.take(), 0U);
    machine.queue.go_on_with(machine.threads[1].own());
    EXPECT_TRUE(machine.queue.running() == &machine.threads[1].own());
    machine.queue.charge(1_ms);
    EXPECT_EQ(machine.used(1), 1'000'000U);
    machine.queue.put_back();
    EXPECT_TRUE(machine.queue.running() == nullptr && machine.queue.count() == 2);
    EXPECT_EQ(machine.take(), 0U);
}

TEST(RunQueue, ABoostLastsAsLongAsItIsWanted) {
    Machine<3> machine({Parameters::batch(), Parameters::interactive(), Parameters::fifo(10)});
    machine.queue.add(machine.threads[0].own());
    machine.queue.add(machine.threads[1].own());
    EXPECT_EQ(machine.take(), 1U);
    RunQueue::boost(machine.threads[0].own(), Rank::of_priority(20));
    EXPECT_EQ(machine.take(), 0U);
    machine.queue.add(machine.threads[2].own());
    EXPECT_TRUE(!machine.queue.preempts(machine.threads[2].own()));
    RunQueue::boost(machine.threads[0].own(), Rank::of(Parameters::interactive()));
    EXPECT_EQ(machine.take(), 2U);
    EXPECT_TRUE(machine.threads[0].own().slice() == default_slice(Class::Interactive));
    RunQueue::boost(machine.threads[0].own(), Rank{});
    EXPECT_TRUE(machine.threads[0].own().rank() == Rank::of(Parameters::batch()));
    EXPECT_TRUE(machine.threads[0].own().slice() == default_slice(Class::Batch));
}

TEST(RunQueue, ShowsThoseWhoWaitLongestFirst) {
    Machine<4> machine(
        {Parameters::interactive(), Parameters::interactive(1024, 10_ms), Parameters::fifo(1), Parameters::batch()});
    machine.add_all();
    EXPECT_EQ(machine.take(), 2U);
    std::array<const Context*, 4> seen{};
    usize count = 0;
    machine.queue.for_each_waiting_until([&](const Context& context) {
        seen[count++] = &context;
        return false;
    });
    EXPECT_EQ(count, 3U);
    EXPECT_TRUE(seen[0] == &machine.threads[1].own() && seen[1] == &machine.threads[0].own());
    EXPECT_TRUE(seen[2] == &machine.threads[3].own());
}

} // namespace scheduler
