#include <algorithm>
#include <array>
#include <atomic>

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

namespace {

/// Arms an alarm on another processor, again and again, and wakes the first processor when it has rung often enough.
struct DistantAlarm : mailbox::Message {
    struct Ringing : Timer {
        explicit Ringing(DistantAlarm& whose) : Timer(&Ringing::ring), owner(whose) {}

        static void ring(Timer& timer) { static_cast<Ringing&>(timer).owner.note(); }

        DistantAlarm& owner;
    };

    static constexpr int kTimes = 5;
    static constexpr Nanoseconds kDelay = 300_us;

    DistantAlarm() : Message(&DistantAlarm::run_there) {}

    static void run_there(Message& message) { static_cast<DistantAlarm&>(message).arm(); }

    void arm() {
        deadline = core::kernel().clock.now() + kDelay;
        processor::this_processor().timers.arm(ringing, deadline);
    }

    void note() {
        early += core::kernel().clock.now() < deadline || Arch::cpu_index() != cpu ? 1 : 0;
        if (++times < kTimes) {
            return arm();
        }
        done.store(true);
        Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    }

    base::u64 cpu = 0;
    Nanoseconds deadline{0};
    int times = 0;
    int early = 0;
    std::atomic<bool> done{false};
    Ringing ringing{*this};
};

} // namespace

TEST(Time, EveryProcessorIsWokenByItsTimers) {
    std::array<DistantAlarm, 8> alarms;
    const auto all = core::kernel().processors.all();
    const base::usize count = std::min(all.size(), alarms.size());
    for (base::usize i = 0; i < count; ++i) {
        alarms.at(i).cpu = i;
        EXPECT_TRUE(all[i].post(alarms.at(i)));
    }
    for (base::usize i = 0; i < count; ++i) {
        processor::this_processor().idle_until(
            [](void* context) { return static_cast<DistantAlarm*>(context)->done.load(); }, &alarms.at(i));
        EXPECT_EQ(alarms.at(i).times, DistantAlarm::kTimes);
        EXPECT_EQ(alarms.at(i).early, 0);
    }
}

TEST(Time, ARestoredMachineHasOtherRandomNumbers) {
    const base::u64 before = core::kernel().random.seeds();
    const Nanoseconds wall = core::kernel().clock.wall_time();
    after_restore();
    EXPECT_EQ(core::kernel().random.seeds(), before + 1);
    EXPECT_TRUE(core::kernel().clock.wall_time() + 2_s > wall);
}

TEST(Time, NothingTicksWhileNobodyWaits) {
    Timers& timers = processor::this_processor().timers;
    Alarm alarm;
    const base::u64 before = timers.interrupts();
    timers.arm(alarm, core::kernel().clock.now() + 30_ms);
    sleep_until_rung(alarm);
    EXPECT_TRUE(timers.interrupts() - before <= 3);
}

namespace {

/// Takes the time again and again, on its processor, and compares it with the latest that anybody took.
struct Hammer : mailbox::Message {
    static constexpr int kLooks = 20'000;

    Hammer() : Message(&Hammer::run_there) {}

    static void run_there(Message& message) {
        auto& self = static_cast<Hammer&>(message);
        self.look(kLooks);
        self.done.store(true);
        Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    }

    void look(int times) {
        for (int i = 0; i < times; ++i) {
            const base::u64 before = latest->load();
            const base::u64 now = core::kernel().clock.now().value();
            backwards += now < before ? 1 : 0;
            base::u64 seen = before;
            while (seen < now && !latest->compare_exchange_weak(seen, now)) {
            }
        }
    }

    std::atomic<base::u64>* latest = nullptr;
    base::u64 backwards = 0;
    std::atomic<bool> done{false};
};

} // namespace

// While the source is taken anew, with other rates, as if the hypervisor had changed its clock.
TEST(Time, NeverGoesBackwardsOnAnyProcessor) {
    Clock& clock = core::kernel().clock;
    std::atomic<base::u64> latest{0};
    std::array<Hammer, 8> hammers;
    const auto others = core::kernel().processors.all().subspan(1);
    const base::usize count = std::min(others.size(), hammers.size());
    for (base::usize i = 0; i < count; ++i) {
        hammers.at(i).latest = &latest;
        others[i].post(hammers.at(i));
    }
    Hammer own;
    own.latest = &latest;
    const base::u64 rate = timekeeping::TickScale::from_hertz(clock.hertz())->multiplier();
    for (base::u64 round = 0; round < 500; ++round) {
        own.look(10);
        const base::u64 ticks = Arch::read_cycle_counter_in_order();
        // A little faster, then a little slower, and often behind.
        const base::u64 changed = rate + rate / 1000 * (round % 3) - rate / 1000;
        EXPECT_TRUE(clock.follow({ticks, clock.now() - Nanoseconds{round % 7 * 100}, changed}));
    }
    const base::u64 ticks = Arch::read_cycle_counter_in_order();
    EXPECT_TRUE(clock.follow({ticks, clock.now(), rate}));
    EXPECT_EQ(own.backwards, 0U);
    for (base::usize i = 0; i < count; ++i) {
        processor::this_processor().idle_until([](void* context) { return static_cast<Hammer*>(context)->done.load(); },
                                               &hammers.at(i));
        EXPECT_EQ(hammers.at(i).backwards, 0U);
    }
}

TEST(Time, TheTimeOfDayGoesOnWithTheClock) {
    Clock& clock = core::kernel().clock;
    const Nanoseconds before = clock.wall_time();
    const Nanoseconds noon{1'893'499'200'000'000'000};
    clock.set_wall_time(noon);
    const Nanoseconds after = clock.wall_time();
    EXPECT_TRUE(after >= noon && after < noon + 1_s);
    clock.set_wall_time(before);
}

} // namespace kernel::time
