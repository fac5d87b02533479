#include "kernel/time/timers.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"

namespace kernel::time {

using base::Nanoseconds;

namespace {

/// Timers in one slice of kernel work; what is left interrupts again at once.
constexpr base::usize kSlice = 32;

} // namespace

void Timers::arm(Timer& timer, Nanoseconds deadline) {
    wheel_.arm(timer, deadline);
    set_hardware();
}

bool Timers::cancel(Timer& timer) {
    const bool was_armed = wheel_.cancel(timer);
    set_hardware();
    return was_armed;
}

void Timers::on_interrupt() {
    ++interrupts_;
    static_cast<void>(wheel_.expire(clock_.now(), kSlice, [](timer_wheel::Timer& due) {
        auto& timer = static_cast<Timer&>(due);
        timer.run(timer);
    }));
    set_hardware();
}

void Timers::set_hardware() {
    const auto next = wheel_.next_expiry();
    if (!next) {
        Arch::disarm_event();
        return;
    }
    const Nanoseconds now = clock_.now();
    Arch::arm_event(*next <= now ? 1 : clock_.ticks_of(*next - now));
}

} // namespace kernel::time
