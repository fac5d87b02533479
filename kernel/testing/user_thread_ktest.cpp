#include "kernel/testing/user_thread.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "testing/test.hpp"

namespace kernel::testing {

using base::Nanoseconds;
using base::u64;

namespace {

constexpr u64 kGeneralProtection = 13;

struct Device {
    static void interrupt(void* context) {
        Arch::end_of_interrupt();
        ++static_cast<Device*>(context)->interrupts;
    }

    u64 interrupts = 0;
};

} // namespace

TEST(UserThread, ReadsTheClockThatTheKernelReads) {
    const auto thread = UserThread::create();
    ASSERT_TRUE(thread.has_value());
    const Nanoseconds before = core::kernel().clock.now();
    const UserResult one = thread->run(UserRoutine::ReadClock, 1);
    EXPECT_EQ(one.vector, kGeneralProtection);
    EXPECT_TRUE(Nanoseconds{one.rax} > before);
    EXPECT_TRUE(Nanoseconds{one.rax} < core::kernel().clock.now());

    constexpr u64 kReads = 1000;
    print_figure("machine.clock_read", thread->run(UserRoutine::ReadClock, kReads).rbx / kReads);
}

TEST(UserThread, IsInterruptedAndGoesOn) {
    const auto thread = UserThread::create();
    ASSERT_TRUE(thread.has_value());
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
        const UserResult watched = thread->run(UserRoutine::WatchInterrupt, 3 * kLoop);
        EXPECT_EQ(watched.vector, kGeneralProtection);
        const bool was_seen = device.interrupts > before && watched.rax != 0;
        best = was_seen && watched.rax < best ? watched.rax : best;
    }
    Arch::enable_event_timer();
    self.vectors.release(*vector);
    EXPECT_EQ(device.interrupts, 3U);
    print_figure("machine.interrupt", best - kLoop);
}

} // namespace kernel::testing
