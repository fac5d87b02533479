#include "kernel/processor/counter_check.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::processor {

using base::u64;
using namespace base::literals;

namespace {

/// So many that the one which was woken is still at it when the other wakes: some 30 µs.
constexpr int kComparisons = 1'000;
constexpr base::Nanoseconds kPatience = 100_ms;

void wake_first() { Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector); }

/// Sleeps until `flag` is set, or for so long that nobody needs to be waited for. Whether it is set.
bool sleep_until(const std::atomic<bool>& flag) {
    struct Wait : time::Timer {
        explicit Wait(const std::atomic<bool>& which)
            : Timer([](time::Timer& timer) { static_cast<Wait&>(timer).over = true; }), flag(which) {}

        const std::atomic<bool>& flag;
        bool over = false;
    } wait(flag);

    Processor& self = this_processor();
    self.timers.arm(wait, core::kernel().clock.now() + kPatience);
    self.idle_until(
        [](void* context) {
            const auto& waiting = *static_cast<const Wait*>(context);
            return waiting.over || waiting.flag.load(std::memory_order_acquire);
        },
        &wait);
    self.timers.cancel(wait);
    return flag.load(std::memory_order_acquire);
}

} // namespace

void CounterCheck::run_there(Message& message) {
    auto& self = static_cast<CounterCheck&>(message);
    self.begun_.store(true, std::memory_order_release);
    wake_first();
    self.check_.compare([&] { return Arch::read_cycle_counter_in_order() + self.skew_; }, kComparisons);
    self.done_.store(true, std::memory_order_release);
    wake_first();
}

u64 CounterCheck::compare_with(Processor& other, u64 skew) {
    if (begun_.load() && !done_.load()) {
        return 0; // one that was given up is still at it
    }
    skew_ = skew;
    begun_ = false;
    done_ = false;
    // Before it is called: a counter that is behind this reading is behind.
    check_.compare(Arch::read_cycle_counter_in_order, 1);
    if (!other.post(*this) || !sleep_until(begun_)) {
        return 0;
    }
    check_.compare(Arch::read_cycle_counter_in_order, kComparisons);
    if (!sleep_until(done_)) {
        return 0;
    }
    check_.compare(Arch::read_cycle_counter_in_order, 1);
    return check_.take();
}

u64 compare_counters(core::Kernel& kernel) {
    u64 largest = 0;
    for (Processor& other : kernel.processors.all().subspan(1)) {
        largest = std::max(largest, kernel.counter_check.compare_with(other));
    }
    return largest;
}

} // namespace kernel::processor
