#include <array>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/time/timers.hpp"
#include "testing/test.hpp"

namespace kernel::time {

using base::Nanoseconds;
using namespace base::literals;

namespace {

struct Alarm : Timer {
    Alarm() : Timer(&Alarm::ring) {}

    static void ring(Timer& timer) {
        auto& alarm = static_cast<Alarm&>(timer);
        alarm.rang = core::kernel().clock.now();
        ++alarm.times;
        if (alarm.times < alarm.wanted) {
            processor::this_processor().timers.arm(alarm, alarm.rang + 100_us);
        }
    }

    Nanoseconds rang{0};
    int times = 0;
    int wanted = 1;
};

void sleep_until_rung(Alarm& alarm) {
    processor::this_processor().idle_until(
        [](void* context) {
            const auto& ringing = *static_cast<Alarm*>(context);
            return ringing.times == ringing.wanted;
        },
        &alarm);
}

} // namespace

TEST(Time, GoesOn) {
    const Clock& clock = core::kernel().clock;
    Nanoseconds last = clock.now();
    EXPECT_TRUE(last > Nanoseconds{0});
    for (int i = 0; i < 1000; ++i) {
        const Nanoseconds now = clock.now();
        EXPECT_TRUE(now >= last);
        last = now;
    }
}

TEST(Time, ATimerRingsNotBeforeItsTime) {
    const Clock& clock = core::kernel().clock;
    for (const Nanoseconds delay : {0_us, 50_us, 1_ms, 20_ms}) {
        Alarm alarm;
        const Nanoseconds deadline = clock.now() + delay;
        processor::this_processor().timers.arm(alarm, deadline);
        sleep_until_rung(alarm);
        EXPECT_TRUE(alarm.rang >= deadline);
        EXPECT_EQ(alarm.times, 1);
    }
}

TEST(Time, ACancelledTimerStaysSilent) {
    Timers& timers = processor::this_processor().timers;
    const Clock& clock = core::kernel().clock;
    Alarm cancelled;
    Alarm rings;
    timers.arm(cancelled, clock.now() + 1_ms);
    timers.arm(rings, clock.now() + 3_ms);
    EXPECT_TRUE(timers.cancel(cancelled));
    EXPECT_FALSE(timers.cancel(cancelled));
    sleep_until_rung(rings);
    EXPECT_EQ(cancelled.times, 0);
}

TEST(Time, ManyTimersRingInOrder) {
    Timers& timers = processor::this_processor().timers;
    const Nanoseconds start = core::kernel().clock.now() + 1_ms;
    std::array<Alarm, 50> alarms;
    for (base::usize i = 0; i < alarms.size(); ++i) {
        timers.arm(alarms.at(alarms.size() - 1 - i), start + Nanoseconds{i * 20'000});
    }
    sleep_until_rung(alarms.front());
    for (const Alarm& alarm : alarms) {
        EXPECT_EQ(alarm.times, 1);
        EXPECT_TRUE(alarm.rang >= start);
    }
}

TEST(Time, ATimerMayArmItselfAgain) {
    Alarm alarm;
    alarm.wanted = 5;
    const Nanoseconds start = core::kernel().clock.now();
    processor::this_processor().timers.arm(alarm, start + 100_us);
    sleep_until_rung(alarm);
    EXPECT_TRUE(core::kernel().clock.now() - start >= 500_us);
}

TEST(Time, NothingTicksWhileNobodyWaits) {
    Timers& timers = processor::this_processor().timers;
    Alarm alarm;
    const base::u64 before = timers.interrupts();
    timers.arm(alarm, core::kernel().clock.now() + 30_ms);
    sleep_until_rung(alarm);
    EXPECT_TRUE(timers.interrupts() - before <= 3);
}

} // namespace kernel::time
