#include "kernel/processor/processor.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/testing/late_halt.hpp"
#include "testing/test.hpp"

namespace kernel::processor {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

namespace {

/// Notes on which processor it ran and what time it was there; then wakes the first processor.
struct Note : mailbox::Message {
    Note() : Message(&Note::take) {}

    static void take(Message& message) {
        auto& note = static_cast<Note&>(message);
        note.cpu = Arch::cpu_index();
        note.time = core::kernel().clock.now();
        if (note.governor) {
            this_processor().idle_wait.use(*note.governor);
        }
        note.seen.fetch_add(1);
        Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    }

    u64 cpu = ~0ULL;
    Nanoseconds time{0};
    std::optional<idle::Governor> governor; ///< how the processor is to wait from then on
    std::atomic<int> seen{0};
};

constinit std::atomic<int> expected{0};

/// Posts to `processor` and sleeps until the message has run there.
void post_and_wait(Processor& processor, Note& note) {
    expected = note.seen.load() + 1;
    processor.post(note);
    this_processor().idle_until([](void* context) { return static_cast<Note*>(context)->seen.load() >= expected; },
                                &note);
}

void have_wait(Processor& processor, idle::Governor governor) {
    Note note;
    note.governor = governor;
    post_and_wait(processor, note);
}

} // namespace

TEST(Processors, AllAnswered) {
    for (const Processor& processor : core::kernel().processors.all()) {
        EXPECT_TRUE(processor.state() == State::Online);
    }
    EXPECT_EQ(core::kernel().processors.online().count(), core::kernel().processors.count());
    EXPECT_EQ(this_processor().index(), 0U);
}

TEST(Processors, AnInterruptJustBeforeTheHaltIsNotSleptOver) {
    struct Alarm : time::Timer {
        Alarm() : Timer([](time::Timer&) {}) {}
    } alarm;

    Processor& self = this_processor();
    const Nanoseconds start = core::kernel().clock.now();
    self.timers.arm(alarm, start + 2_s);
    Arch::interrupt_processor(self.hardware_id(), Arch::kMailboxVector);
    late_halt();
    EXPECT_TRUE(self.timers.cancel(alarm));
    EXPECT_TRUE(core::kernel().clock.now() - start < 2_s);
}

TEST(Processors, MessagesRunWhereTheyAreSent) {
    for (Processor& processor : core::kernel().processors.all()) {
        Note note;
        post_and_wait(processor, note);
        EXPECT_EQ(note.cpu, u64{processor.index()});
        EXPECT_FALSE(note.is_posted());
    }
}

/// Whether `processor`, while it looks for messages, took one without an interrupt.
bool was_woken_by_looking(Processor& processor) {
    const Nanoseconds limit = core::kernel().clock.now() + 2_s;
    while (!processor.idle_wait.is_looking() && core::kernel().clock.now() < limit) {
    }
    const u64 before = processor.calls();
    Note note;
    post_and_wait(processor, note);
    EXPECT_EQ(note.cpu, u64{processor.index()});
    return processor.calls() == before;
}

TEST(Processors, WhoLooksIsWokenWithoutAnInterrupt) {
    using enum idle::Choice;
    // Bochs 2.7 misses stores to what is watched: it takes back translations of the physical address, as if the word
    // had that address everywhere.
    const bool can_watch = Arch::has_hypervisor() && Arch::can_watch();
    for (Processor& processor : core::kernel().processors.all().subspan(1)) {
        for (const idle::Choice choice : {Poll, can_watch ? Watch : Poll}) {
            have_wait(processor, idle::Governor(choice, {.is_watching = true}));
            // A host that is busy may hold the sender up until the other's window has passed: it halted then.
            bool was_woken = false;
            for (int attempt = 0; attempt < 50 && !was_woken; ++attempt) {
                was_woken = was_woken_by_looking(processor);
            }
            EXPECT_TRUE(was_woken);
        }
        have_wait(processor, idle::Governor{});
    }
}

TEST(Processors, InterruptsEndAllWaits) {
    using enum idle::Choice;
    Processor& self = this_processor();
    for (const idle::Choice choice : {Poll, Arch::can_watch() ? Watch : Poll, Halt}) {
        self.idle_wait.use(idle::Governor(choice, {.is_watching = true}));

        struct Alarm : time::Timer {
            Alarm() : Timer([](time::Timer& timer) { static_cast<Alarm&>(timer).is_over = true; }) {}

            bool is_over = false;
        } alarm;

        const Nanoseconds start = core::kernel().clock.now();
        self.timers.arm(alarm, start + 1_ms);
        self.idle_until([](void* context) { return static_cast<Alarm*>(context)->is_over; }, &alarm);
        EXPECT_TRUE(core::kernel().clock.now() - start >= 1_ms);
    }
    self.idle_wait.prepare();
}

TEST(Processors, TimeDoesNotGoBackwardsFromOneToTheNext) {
    for (int round = 0; round < 20; ++round) {
        for (Processor& processor : core::kernel().processors.all()) {
            Note note;
            const Nanoseconds before = core::kernel().clock.now();
            post_and_wait(processor, note);
            EXPECT_TRUE(before <= note.time);
            EXPECT_TRUE(note.time <= core::kernel().clock.now());
        }
    }
}

TEST(Processors, CountersThatDifferAreFound) {
    const auto others = core::kernel().processors.all().subspan(1);
    if (others.empty()) {
        return;
    }
    CounterCheck& check = core::kernel().counter_check;
    constexpr u64 kSkew = 1ULL << 40;
    EXPECT_EQ(check.compare_with(others[0]), 0U);
    EXPECT_TRUE(check.compare_with(others[0], kSkew) > kSkew / 2);
    EXPECT_TRUE(check.compare_with(others[0], -kSkew) > kSkew / 2);
    EXPECT_EQ(check.compare_with(others[0]), 0U);
}

TEST(Processors, AnInterruptThatNobodyWantsIsCounted) {
    const u64 before = this_processor().vectors.unexpected();
    Arch::interrupt_processor(this_processor().hardware_id(), Arch::kLastDeviceVector);
    this_processor().idle_until(
        [](void* context) { return this_processor().vectors.unexpected() > *static_cast<const u64*>(context); },
        const_cast<u64*>(&before));
    EXPECT_EQ(this_processor().vectors.unexpected(), before + 1);
}

} // namespace kernel::processor
