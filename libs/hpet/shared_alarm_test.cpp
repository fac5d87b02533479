#include "libs/hpet/shared_alarm.hpp"

#include <array>

#include "testing/test.hpp"

namespace hpet {

using base::u32;
using base::u64;

namespace {

/// Interrupts only when the counter passes the very value, in 32 bits; each look at it takes some ticks.
struct Timer {
    u64 now = 0;
    u32 value = 0;
    u64 per_look = 1;
    bool has_interrupted = false;

    void go_on(u64 ticks) {
        has_interrupted = has_interrupted || (static_cast<u32>(value - static_cast<u32>(now) - 1) < ticks);
        now += ticks;
    }
};

struct Hardware {
    Timer* timer = nullptr;

    [[nodiscard]] u64 counter() const {
        timer->go_on(timer->per_look);
        return timer->now;
    }

    void set(u64 moment) const {
        timer->value = static_cast<u32>(moment);
        timer->go_on(timer->per_look);
    }
};

struct Processor : Sleeper {
    u64 woken = 0;
    u64 times = 0;
};

using Alarm = SharedAlarm<Hardware, Processor>;

/// What the kernel does: serves when the comparator has interrupted, or when it is told to.
struct Machine {
    Timer timer;
    std::array<Processor, 4> processors;
    Alarm alarm{Hardware{&timer}};

    Machine() {
        for (Processor& processor : processors) {
            alarm.add(processor);
        }
    }

    void serve() {
        timer.has_interrupted = false;
        alarm.serve([this](Processor& processor) {
            processor.woken = timer.now;
            ++processor.times;
        });
    }

    void arm(u32 who, u64 ticks) {
        if (!alarm.arm(processors.at(who), ticks)) {
            serve();
        }
    }

    void go_on(u64 ticks) {
        timer.go_on(ticks);
        if (timer.has_interrupted) {
            serve();
        }
    }
};

} // namespace

TEST(SharedAlarm, WakesEachAtItsTime) {
    Machine machine;
    machine.arm(0, 5'000);
    machine.arm(1, 3'000);
    machine.arm(2, 9'000);
    for (int step = 0; step < 200; ++step) {
        machine.go_on(50);
    }
    const auto& [first, second, third, none] = machine.processors;
    EXPECT_TRUE(first.woken >= 5'000 && first.woken < 5'100);
    EXPECT_TRUE(second.woken >= 3'000 && second.woken < 3'100);
    EXPECT_TRUE(third.woken >= 9'000 && third.woken < 9'100);
    EXPECT_EQ(none.times, 0U);
    EXPECT_EQ(first.times + second.times + third.times, 3U);
}

TEST(SharedAlarm, AMomentThatPassesWhileItIsSetIsNotLost) {
    for (u64 ticks = 0; ticks < 400; ++ticks) {
        Machine machine;
        machine.timer.per_look = 60;
        machine.arm(0, ticks);
        for (int step = 0; step < 100 && machine.processors[0].times == 0; ++step) {
            machine.go_on(10);
        }
        EXPECT_EQ(machine.processors[0].times, 1U);
        EXPECT_TRUE(machine.processors[0].woken >= ticks);
    }
}

TEST(SharedAlarm, WhatIsFarAwayIsReachedInSteps) {
    Machine machine;
    machine.timer.now = 0xffff'ff00; // and across the end of 32 bits
    const u64 start = machine.timer.now;
    constexpr u64 kFar = 10ULL << 30;
    machine.arm(1, kFar);
    while (machine.processors[1].times == 0 && machine.timer.now < start + 2 * kFar) {
        machine.go_on(1 << 20);
    }
    EXPECT_TRUE(machine.processors[1].woken >= start + kFar);
    EXPECT_TRUE(machine.processors[1].woken < start + kFar + (2 << 20));
}

TEST(SharedAlarm, WhoIsDisarmedSleepsOn) {
    Machine machine;
    machine.arm(0, 1'000);
    machine.arm(1, 2'000);
    machine.alarm.disarm(machine.processors[0]);
    for (int step = 0; step < 100; ++step) {
        machine.go_on(50);
    }
    EXPECT_EQ(machine.processors[0].times, 0U);
    EXPECT_EQ(machine.processors[1].times, 1U);
}

TEST(SharedAlarm, NobodyIsForgottenHoweverTheyArm) {
    Machine machine;
    u64 state = 1;
    const auto random = [&state](u64 below) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        return (state >> 33) % below;
    };
    std::array<u64, 4> wanted{};
    std::array<u64, 4> times{};
    for (int round = 0; round < 20'000; ++round) {
        const auto who = static_cast<u32>(random(4));
        machine.timer.per_look = 1 + random(80);
        Processor& processor = machine.processors.at(who);
        if (processor.deadline() == Sleeper::kNever) {
            times.at(who) = processor.times;
            const u64 ticks = random(3'000);
            wanted.at(who) = machine.timer.now + ticks;
            machine.arm(who, ticks);
        }
        machine.go_on(random(200));
        for (u32 each = 0; each < 4; ++each) {
            const Processor& waits = machine.processors.at(each);
            if (waits.times != times.at(each)) {
                EXPECT_TRUE(waits.woken >= wanted.at(each));
            } else if (waits.deadline() != Sleeper::kNever) {
                EXPECT_TRUE(machine.timer.now < waits.deadline() + 2'000);
            }
        }
    }
}

} // namespace hpet
