#include <array>
#include <atomic>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "kernel/testing/skip.hpp"
#include "libs/kvm/numbers.hpp"
#include "testing/test.hpp"

namespace kernel::hypervisor {

using base::Error;
using base::Nanoseconds;
using base::u32;
using base::u64;
using base::u8;
using processor::this_processor;
using namespace base::literals;

namespace {

Hypervisor& beneath() { return core::kernel().hypervisor; }

/// Null, after it was said that the test is skipped, where the backend is another.
Kvm* kvm_or_skip() {
    Kvm* const kvm = beneath().kvm();
    if (kvm == nullptr) {
        testing::print_skipped("the hypervisor beneath is not KVM");
    }
    return kvm;
}

void sleep_until(bool (*done)(void* context), void* context) { this_processor().idle_until(done, context); }

/// Sleeps for `time`, whatever else wakes the processor.
void sleep_for(Nanoseconds time) {
    struct Alarm : time::Timer {
        Alarm() : Timer([](time::Timer& timer) { static_cast<Alarm&>(timer).rang = true; }) {}

        bool rang = false;
    } alarm;

    this_processor().timers.arm(alarm, core::kernel().clock.now() + time);
    sleep_until([](void* context) { return static_cast<Alarm*>(context)->rang; }, &alarm);
}

void wake_first() { Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector); }

constexpr u8 kVector = Arch::kLastDeviceVector - 1;

/// A vector on every processor, and who took it.
struct Everywhere {
    /// Installs the handler on the processor that runs it.
    struct Install : mailbox::Message {
        Install() : Message(&Install::run_there) {}

        static void run_there(Message& message) {
            auto& self = static_cast<Install&>(message);
            this_processor().vectors.set(kVector,
                                         {self.everywhere != nullptr ? &Everywhere::take : nullptr, self.everywhere});
            self.done.store(true);
            wake_first();
        }

        Everywhere* everywhere = nullptr;
        std::atomic<bool> done{false};
    };

    static void take(void* context) {
        auto& self = *static_cast<Everywhere*>(context);
        const Kvm* const kvm = beneath().kvm();
        const auto cpu = static_cast<u32>(Arch::cpu_index());
        if (kvm != nullptr && kvm->record(cpu).end_of_interrupt.is_set()) {
            self.without_end.fetch_add(1);
        }
        Arch::end_of_interrupt();
        self.taken.fetch_add(1);
        if (cpu != 0) {
            wake_first();
        }
    }

    void install(bool present) {
        for (processor::Processor& processor : core::kernel().processors.all()) {
            Install message;
            message.everywhere = present ? this : nullptr;
            processor.post(message);
            sleep_until([](void* context) { return static_cast<Install*>(context)->done.load(); }, &message);
        }
    }

    Everywhere() { install(true); }

    Everywhere(const Everywhere&) = delete;
    Everywhere& operator=(const Everywhere&) = delete;

    ~Everywhere() { install(false); }

    void wait_for(u32 count) {
        wanted = count;
        sleep_until(
            [](void* context) {
                const auto& self = *static_cast<Everywhere*>(context);
                return self.taken.load() >= self.wanted;
            },
            this);
    }

    std::atomic<u32> taken{0};
    std::atomic<u32> without_end{0};
    u32 wanted = 0;
};

/// Works for a while on its processor, so that a host with too few of them takes it away now and then.
struct Busy : mailbox::Message {
    Busy() : Message(&Busy::run_there) {}

    static void run_there(Message& message) {
        const Nanoseconds end = core::kernel().clock.now() + 100_ms;
        while (core::kernel().clock.now() < end) {
        }
        static_cast<Busy&>(message).done.store(true);
        wake_first();
    }

    std::atomic<bool> done{false};
};

} // namespace

TEST(Hypervisor, SaysWhatItDoesNotOffer) {
    EXPECT_EQ(beneath().allocate_memory(base::Pages{1}).error(), Error::Unsupported);
    EXPECT_EQ(beneath().give_back_memory(base::PhysicalAddress{1 << 20}, base::Pages{1}).error(), Error::Unsupported);
    EXPECT_EQ(beneath().create_vcpu(1, base::PhysicalAddress{0x8000}).error(), Error::Unsupported);
    EXPECT_EQ(beneath().bind_interrupt(1, kVector).error(), Error::Unsupported);
    if (beneath().name() == None::name()) {
        EXPECT_EQ(beneath().call(1, {}).error(), Error::Unsupported);
        EXPECT_EQ(beneath().stolen_time(0).error(), Error::Unsupported);
        EXPECT_EQ(beneath().read_clock(0).error(), Error::Unsupported);
        EXPECT_TRUE(beneath().must_interrupt_to_flush(0));
    }
}

TEST(Hypervisor, InterruptsASetOfProcessors) {
    Everywhere everywhere;
    constexpr u32 kRounds = 20;
    const cpu_set::CpuSet all = core::kernel().processors.online();
    for (u32 round = 1; round <= kRounds; ++round) {
        beneath().interrupt(all, kVector);
        everywhere.wait_for(round * all.count());
    }
    EXPECT_EQ(everywhere.taken.load(), kRounds * all.count());
    beneath().interrupt({}, kVector);
    sleep_for(1_ms);
    EXPECT_EQ(everywhere.taken.load(), kRounds * all.count());
}

TEST(Kvm, GivesTheClock) {
    const Kvm* const kvm = kvm_or_skip();
    if (kvm == nullptr) {
        return;
    }
    if (const auto reading = kvm->read_clock(0); !reading) {
        testing::print_skipped("KVM says that its clock is not stable");
        return;
    }
    EXPECT_EQ(core::kernel().clock.source(), std::string_view("kvmclock"));
    const auto theirs = [&] { return kvm->read_clock(0)->base.at(Arch::read_cycle_counter_in_order()); };
    const Nanoseconds zero = theirs() - core::kernel().clock.now();
    sleep_for(20_ms);
    const Nanoseconds ours = core::kernel().clock.now();
    const Nanoseconds both = theirs() - zero;
    // Read one after the other, by a machine that may be stopped in between.
    EXPECT_TRUE(both + 1_ms > ours && both < ours + 5_ms);
    EXPECT_TRUE(kvm->read_wall_time().has_value());
}

TEST(Kvm, SparesTheEndOfAnInterrupt) {
    const Kvm* const kvm = kvm_or_skip();
    if (kvm == nullptr) {
        return;
    }
    Everywhere everywhere;
    constexpr u32 kRounds = 100;
    for (u32 round = 1; round <= kRounds; ++round) {
        Arch::interrupt_processor(this_processor().hardware_id(), kVector);
        everywhere.wait_for(round);
    }
    testing::print_figure("kvm.ends_spared_of_100", everywhere.without_end.load());
    EXPECT_TRUE(everywhere.without_end.load() > 0 || !kvm->features().has(kvm::Feature::EndOfInterrupt));
}

TEST(Kvm, ServesAProcessorThatLeftAndCameBack) {
    if (kvm_or_skip() == nullptr) {
        return;
    }
    Everywhere everywhere;
    beneath().leave_processor();
    for (u32 round = 1; round <= 3; ++round) {
        Arch::interrupt_processor(this_processor().hardware_id(), kVector);
        everywhere.wait_for(round);
    }
    EXPECT_EQ(everywhere.without_end.load(), 0U);
    beneath().enter_processor(0);
    Arch::interrupt_processor(this_processor().hardware_id(), kVector);
    everywhere.wait_for(4);
}

TEST(Kvm, FlushesForAProcessorThatDoesNotRun) {
    const Kvm* const kvm = kvm_or_skip();
    if (kvm == nullptr) {
        return;
    }
    EXPECT_TRUE(beneath().must_interrupt_to_flush(0)); // it runs
    if (!kvm->features().has(kvm::Feature::TlbFlush)) {
        testing::print_skipped("this host does not flush for its guests");
        return;
    }
    if (core::kernel().processors.count() < 2) {
        testing::print_skipped("one processor cannot see another sleep");
        return;
    }
    Busy busy;
    const Nanoseconds stolen = *beneath().stolen_time(1);
    core::kernel().processors.at(1).post(busy);
    bool was_spared = false;
    while (!busy.done.load() && !was_spared) {
        was_spared = !beneath().must_interrupt_to_flush(1);
    }
    sleep_until([](void* context) { return static_cast<Busy*>(context)->done.load(); }, &busy);
    if (!was_spared && *beneath().stolen_time(1) - stolen < 10_ms) {
        testing::print_skipped("the host had a processor for each of ours");
        return;
    }
    EXPECT_TRUE(was_spared);
}

TEST(Kvm, SaysHowMuchTimeOthersHad) {
    if (kvm_or_skip() == nullptr) {
        return;
    }
    const auto before = beneath().stolen_time(0);
    ASSERT_TRUE(before.has_value());
    sleep_for(20_ms);
    const auto after = beneath().stolen_time(0);
    ASSERT_TRUE(after.has_value());
    EXPECT_TRUE(*after >= *before);
    testing::print_figure("kvm.stolen_ns", after->value());
}

TEST(Kvm, AnswersHypercalls) {
    const Kvm* const kvm = kvm_or_skip();
    if (kvm == nullptr) {
        return;
    }
    EXPECT_EQ(beneath().call(12345, {}).error(), Error::Unsupported);
    const auto kick = beneath().call(static_cast<u64>(kvm::Hypercall::KickCpu), {0, this_processor().hardware_id()});
    EXPECT_EQ(kick.has_value(), kvm->features().has(kvm::Feature::Unhalt));
}

} // namespace kernel::hypervisor
