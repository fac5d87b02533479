#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::testing {

using base::Nanoseconds;
using base::u64;
using thread::Disposition;
using thread::Thread;

namespace {

constexpr u64 kGeneralProtection = 13;

struct Device {
    static void interrupt(void* context) {
        Arch::end_of_interrupt();
        ++static_cast<Device*>(context)->interrupts;
    }

    u64 interrupts = 0;
};

/// A thread that runs one routine after the other, with no timer armed.
class UserThread final : public thread::FaultHandler {
  public:
    UserThread() : thread_(make_thread(space_, processor::this_processor(), TestSpace::entry(UserRoutine::Count))) {
        if (is_complete()) {
            thread_->set_fault_handler(*this);
        }
    }

    [[nodiscard]] bool is_complete() const { return static_cast<bool>(thread_); }

    /// Runs `routine` until it leaves by an instruction that it may not execute; then `rax` and `rbx` are what it left.
    void run(UserRoutine routine, u64 count) {
        is_over_ = false;
        EXPECT_TRUE(
            thread_->context().set_entry(TestSpace::entry(routine, 0, TestSpace::kClock.value(), count)).has_value());
        thread::wake(*thread_);
        processor::this_processor().threads.run_until(
            [](void* context) { return static_cast<UserThread*>(context)->is_over_; }, this);
    }

    Disposition handle_fault(Thread& thread, const arch::UserFault& fault) override {
        if (fault.kind == arch::FaultKind::Breakpoint) {
            return Disposition::done();
        }
        is_over_ = true;
        vector = fault.code;
        rax = thread.context().frame().rax;
        rbx = thread.context().frame().rbx;
        return Disposition::parked();
    }

    u64 vector = 0;
    u64 rax = 0;
    u64 rbx = 0;

  private:
    TestSpace space_;
    thread::OwnedThread thread_;
    bool is_over_ = false;
};

/// Two threads that give each other the processor at every breakpoint.
struct Pair final : thread::FaultHandler {
    Disposition handle_fault(Thread& thread, const arch::UserFault& fault) override {
        Thread& other = &thread == first ? *second : *first;
        if (fault.kind == arch::FaultKind::Breakpoint) {
            return other.state() == thread::ThreadState::Parked ? Disposition::switch_to(other) : Disposition::done();
        }
        ticks = thread.context().frame().rax;
        thread::wake(other);
        return Disposition::ended();
    }

    Thread* first = nullptr;
    Thread* second = nullptr;
    u64 ticks = 0;
};

} // namespace

TEST(UserThread, ReadsTheClockThatTheKernelReads) {
    UserThread thread;
    ASSERT_TRUE(thread.is_complete());
    const Nanoseconds before = core::kernel().clock.now();
    thread.run(UserRoutine::ReadClock, 1);
    EXPECT_EQ(thread.vector, kGeneralProtection);
    if (core::kernel().clock.needs_kernel()) {
        EXPECT_EQ(thread.rax, 0U);
        return;
    }
    EXPECT_TRUE(Nanoseconds{thread.rax} > before);
    EXPECT_TRUE(Nanoseconds{thread.rax} < core::kernel().clock.now());

    constexpr u64 kReads = 1000;
    thread.run(UserRoutine::ReadClock, kReads);
    print_figure("machine.clock_read", thread.rbx / kReads);
}

TEST(UserThread, IsInterruptedAndGoesOn) {
    UserThread thread;
    ASSERT_TRUE(thread.is_complete());
    processor::Processor& self = processor::this_processor();
    Device device;
    const auto vector = self.vectors.allocate({Device::interrupt, &device});
    ASSERT_TRUE(vector.has_value());
    constexpr u64 kLoop = 10; // instructions between two looks
    u64 best = ~0ULL;
    u64 asked = 0;
    // Where time is not counted in instructions, other things open gaps too: only a run that the interrupt ended
    // counts.
    for (int run = 0; run < 100'000 && device.interrupts < 3; ++run) {
        if (device.interrupts == asked) {
            ++asked;
            Arch::interrupt_later(*vector, core::kernel().clock.ticks_of(Nanoseconds{50'000}));
        }
        const u64 before = device.interrupts;
        thread.run(UserRoutine::WatchInterrupt, 3 * kLoop);
        EXPECT_EQ(thread.vector, kGeneralProtection);
        const bool was_seen = device.interrupts > before && thread.rax != 0;
        best = was_seen && thread.rax < best ? thread.rax : best;
    }
    Arch::enable_event_timer();
    processor::this_processor().timers.set_anew();
    self.vectors.release(*vector);
    EXPECT_EQ(device.interrupts, 3U);
    print_figure("machine.interrupt", best - kLoop);
}

TEST(UserThread, SeesNoSelectorsOfAnother) {
    constexpr u64 kUserData = 0x18 | 3;
    UserThread first;
    UserThread second;
    ASSERT_TRUE(first.is_complete() && second.is_complete());
    first.run(UserRoutine::Selectors, kUserData);
    EXPECT_EQ(first.vector, kGeneralProtection);
    EXPECT_EQ(first.rax, 0U);
    second.run(UserRoutine::Selectors, 0);
    EXPECT_EQ(second.vector, kGeneralProtection);
    EXPECT_EQ(second.rax, 0U);
}

TEST(UserThread, MakesExceptionsAndGoesOn) {
    UserThread thread;
    ASSERT_TRUE(thread.is_complete());
    constexpr u64 kBreakpoints = 1000;
    thread.run(UserRoutine::Breakpoints, kBreakpoints);
    EXPECT_EQ(thread.vector, kGeneralProtection);
    print_figure("machine.exception", thread.rax / kBreakpoints - 3);
}

TEST(UserThread, HandsTheProcessorOver) {
    constexpr u64 kTimes = 1000;
    TestSpace space;
    Pair pair;
    processor::Processor& self = processor::this_processor();
    std::array threads{make_thread(space, self, TestSpace::entry(UserRoutine::Breakpoints, 0, 0, kTimes)),
                       make_thread(space, self, TestSpace::entry(UserRoutine::Breakpoints, 1, 0, kTimes))};
    ASSERT_TRUE(are_made(threads));
    pair.first = &*threads[0];
    pair.second = &*threads[1];
    for (auto& thread : threads) {
        thread->set_fault_handler(pair);
    }
    const u64 before = self.threads.switches();
    thread::wake(*threads[0]);
    self.threads.run_until(
        [](void* context) {
            return static_cast<Pair*>(context)->first->is_gone() && static_cast<Pair*>(context)->second->is_gone();
        },
        &pair);
    EXPECT_TRUE(self.threads.switches() - before >= 2 * kTimes);
    print_figure("machine.user_switch", pair.ticks / (2 * kTimes));
}

} // namespace kernel::testing
