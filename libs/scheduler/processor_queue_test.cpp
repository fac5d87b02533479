#include "libs/scheduler/processor_queue.hpp"

#include <array>
#include <memory>
#include <vector>

#include "testing/test.hpp"

namespace scheduler {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

namespace {

/// One processor whose clock goes as far as each turn wants.
struct Machine {
    Machine() { root.set_capacity(1); }

    void add(Runner& thread, Group* group = nullptr) {
        thread.own().set_group(group);
        queue.add(thread.own());
    }

    void leave(Runner& thread) {
        if (thread.own().is_queued() || thread.own().is_held()) {
            queue.remove(thread.own());
        }
    }

    void release(Group& group) {
        if (group.next_release().value_or(now + 1_ns) <= now) {
            group.release(now, 100, [this](Context& context) { queue.add(context); });
        }
    }

    /// Runs until `end`; `step`: how long nobody looks, at most, and how late the timer is.
    void run(Nanoseconds end, std::initializer_list<Group*> groups, Nanoseconds step = 1_ms, Nanoseconds late = 0_ns) {
        while (now < end) {
            for (Group* const group : groups) {
                release(*group);
            }
            const Turn turn = queue.take(now);
            now = turn.context != nullptr && turn.end ? std::min(*turn.end + late, now + step) : now + step;
            if (turn.context != nullptr) {
                queue.charge(now);
            }
        }
    }

    Nanoseconds now;
    Group root;
    ProcessorQueue queue{0_ns};
};

u64 microseconds(const Runner& thread) { return thread.own().used().value() / 1000; }

} // namespace

TEST(ProcessorQueue, AHardLimitHoldsWithinAPercentOverASecond) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {25_ms, 100_ms}}, 0_ns).has_value());
    Runner inside(Parameters::interactive());
    Runner outside(Parameters::interactive());
    machine.add(inside, &limited);
    machine.add(outside);
    machine.run(1_s, {&limited}, 10_ms, 30_us);
    EXPECT_TRUE(microseconds(inside) >= 247'500 && microseconds(inside) <= 252'500);
    EXPECT_TRUE(limited.used() == inside.own().used());
    machine.leave(inside);
    machine.leave(outside);
    EXPECT_TRUE(limited.detach().has_value());
}

TEST(ProcessorQueue, OneThatIsAloneIsLimitedToo) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {10_ms, 40_ms}}, 0_ns).has_value());
    Runner inside(Parameters::interactive());
    machine.add(inside, &limited);
    machine.run(2_s, {&limited}, 100_us);
    EXPECT_TRUE(microseconds(inside) >= 495'000 && microseconds(inside) <= 505'000);
    machine.leave(inside);
    EXPECT_TRUE(limited.detach().has_value());
}

TEST(ProcessorQueue, WhoIsPutBackWaitsAndHoldsNoTimeOfItsGroup) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {10_ms, 40_ms}}, 0_ns).has_value());
    Runner inside(Parameters::interactive());
    machine.add(inside, &limited);
    EXPECT_TRUE(machine.queue.take(0_ns).context == &inside.own());
    machine.queue.charge(100_us);
    machine.queue.put_back();
    EXPECT_TRUE(machine.queue.running() == nullptr);
    EXPECT_EQ(limited.used().value(), 100'000U);
    EXPECT_TRUE(machine.queue.take(100_us).context == &inside.own());
    machine.leave(inside);
    EXPECT_TRUE(limited.detach().has_value());
}

TEST(ProcessorQueue, GroupsShareByTheirSharesHoweverManyAreInThem) {
    Machine machine;
    Group crowd;
    Group single;
    ASSERT_TRUE(crowd.attach(machine.root, {.share = 1024}, 0_ns).has_value());
    ASSERT_TRUE(single.attach(machine.root, {.share = 3072}, 0_ns).has_value());
    std::array<Runner, 3> many{Runner{Parameters::interactive()}, Runner{Parameters::interactive()},
                               Runner{Parameters::interactive()}};
    Runner one(Parameters::interactive());
    for (Runner& thread : many) {
        machine.add(thread, &crowd);
    }
    machine.add(one, &single);
    machine.run(4_s, {}, 10_ms);
    EXPECT_TRUE(microseconds(one) >= 2'970'000 && microseconds(one) <= 3'030'000);
    for (Runner& thread : many) {
        EXPECT_TRUE(microseconds(thread) >= 323'000 && microseconds(thread) <= 343'000);
        machine.leave(thread);
    }
    machine.leave(one);
    EXPECT_TRUE(crowd.detach().has_value() && single.detach().has_value());
}

TEST(ProcessorQueue, RealTimeNeverStarvesTheOthers) {
    Machine machine;
    Runner greedy(Parameters::fifo(99));
    Runner fair(Parameters::interactive());
    machine.add(greedy);
    machine.run(1_s, {}, 10_ms);
    EXPECT_EQ(microseconds(greedy), 1'000'000U); // nobody else wants it
    machine.add(fair);
    machine.run(3_s, {}, 10_ms);
    EXPECT_TRUE(microseconds(fair) >= 99'000 && microseconds(fair) <= 101'000);
    machine.leave(greedy);
    machine.leave(fair);
}

TEST(ProcessorQueue, RealTimeIsUrgentUntilItHadItsPart) {
    Machine machine;
    Runner greedy(Parameters::fifo(99));
    Runner fair(Parameters::interactive());
    machine.add(fair);
    EXPECT_FALSE(machine.queue.is_urgent(machine.now));
    machine.add(greedy);
    EXPECT_TRUE(machine.queue.is_urgent(machine.now));
    machine.run(96_ms, {}, 1_ms);
    EXPECT_FALSE(machine.queue.is_urgent(machine.now));
    EXPECT_TRUE(machine.queue.is_urgent(100_ms));
    machine.leave(greedy);
    machine.leave(fair);
}

TEST(ProcessorQueue, TheTurnOfOthersIsOverWhenRealTimeMayRunAgain) {
    Machine machine;
    Runner urgent(Parameters::fifo(1));
    Runner fair(Parameters::interactive());
    machine.add(urgent);
    machine.add(fair);
    machine.now = *machine.queue.take(0_ns).end;
    EXPECT_EQ(machine.now, 95_ms);
    EXPECT_TRUE(machine.queue.charge(machine.now));
    const Turn turn = machine.queue.take(machine.now);
    EXPECT_TRUE(turn.context == &fair.own());
    EXPECT_EQ(*turn.end, 100_ms);
    EXPECT_FALSE(machine.queue.charge(99_ms));
    EXPECT_TRUE(machine.queue.charge(*turn.end));
    machine.leave(urgent);
    machine.leave(fair);
}

TEST(ProcessorQueue, RealTimeThatHadItsPartDoesNotPreempt) {
    Machine machine;
    Runner greedy(Parameters::fifo(99));
    Runner fair(Parameters::interactive());
    machine.add(greedy);
    machine.add(fair);
    machine.run(96_ms, {}, 1_ms);
    EXPECT_TRUE(machine.queue.running() == &fair.own());
    machine.leave(greedy);
    machine.add(greedy);
    EXPECT_TRUE(!machine.queue.preempts(greedy.own(), machine.now));
    EXPECT_TRUE(machine.queue.preempts(greedy.own(), 100_ms));
    machine.leave(greedy);
    machine.leave(fair);
}

TEST(ProcessorQueue, RealTimeOfAGroupIsHeldWhenItHadWhatWasReserved) {
    Machine machine;
    Group group;
    ASSERT_TRUE(group.attach(machine.root, {}, 0_ns).has_value());
    Runner urgent(Parameters::interactive());
    Runner fair(Parameters::interactive());
    machine.add(urgent, &group);
    machine.add(fair);
    EXPECT_TRUE(ProcessorQueue::change(urgent.own(), Parameters::fifo(5)) ==
                base::Result<void>{base::Error::OverBudget});
    ASSERT_TRUE(!group.reserve_real_time({2_ms, 10_ms}, 0_ns).has_value());
    ASSERT_TRUE(ProcessorQueue::change(urgent.own(), Parameters::fifo(5)).has_value());
    machine.run(1_s, {&group}, 10_ms);
    EXPECT_TRUE(microseconds(urgent) >= 199'000 && microseconds(urgent) <= 201'000);
    machine.leave(urgent);
    machine.leave(fair);
    EXPECT_TRUE(group.detach().has_value());
}

TEST(ProcessorQueue, HoldsOnlyAFewAtOnce) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {1_ms, 100_ms}}, 0_ns).has_value());
    limited.settle(0_ns, 1_ms, Class::Interactive);
    std::vector<std::unique_ptr<Runner>> threads;
    for (int count = 0; count < 40; ++count) {
        machine.add(*threads.emplace_back(std::make_unique<Runner>(Parameters::interactive())), &limited);
    }
    const Turn turn = machine.queue.take(0_ns);
    EXPECT_TRUE(turn.context == nullptr && turn.is_cut_short);
    EXPECT_EQ(machine.queue.ready().count(), 8U);
    EXPECT_TRUE(!machine.queue.take(0_ns).is_cut_short);
    EXPECT_EQ(machine.queue.ready().count(), 0U);
    for (auto& thread : threads) {
        machine.leave(*thread);
    }
    EXPECT_TRUE(limited.detach().has_value());
}

TEST(ProcessorQueue, WhenWhatWasLentRunsOutTheServerGoesOnWithItsOwn) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {1_ms, 100_ms}}, 0_ns).has_value());
    Runner client(Parameters::interactive());
    Runner server(Parameters::batch());
    machine.add(client, &limited);
    EXPECT_TRUE(machine.queue.take(0_ns).context == &client.own());
    client.lend(server);
    RunQueue::boost(client.own(), Rank::of(Parameters::interactive())); // who runs on it is waited for
    machine.run(2_ms, {}, 10_us);
    EXPECT_TRUE(server.own().is_boosted() && !client.own().is_boosted());
    EXPECT_TRUE(client.own().used() == 1_ms && server.time_for_others() == 1_ms);
    EXPECT_TRUE(server.own().used() == 1_ms && server.own_time() == 1_ms);
    EXPECT_TRUE(machine.queue.running() == &server.own() && client.on() == &client.own());
    EXPECT_TRUE(!client.own().is_queued() && !client.own().is_held()); // it waits for its answer
    machine.leave(server);
    EXPECT_TRUE(limited.detach().has_value());
}

TEST(ProcessorQueue, OneForWhomSomebodyWaitsRunsOnAndItsGroupPaysLater) {
    Machine machine;
    Group limited;
    ASSERT_TRUE(limited.attach(machine.root, {.quota = {1_ms, 100_ms}}, 0_ns).has_value());
    Runner holder(Parameters::interactive());
    machine.add(holder, &limited);
    RunQueue::boost(holder.own(), Rank::of_priority(50));
    machine.run(3_ms, {&limited}, 100_us);
    EXPECT_TRUE(holder.own().used() == 3_ms);
    RunQueue::boost(holder.own(), Rank{});
    machine.run(300_ms, {&limited}, 100_us);
    EXPECT_TRUE(holder.own().used() == 3_ms);
    machine.run(301_ms, {&limited}, 100_us);
    EXPECT_TRUE(holder.own().used() > 3_ms);
    machine.leave(holder);
    EXPECT_TRUE(limited.detach().has_value());
}

} // namespace scheduler
