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
    if (deadline < wakes_at_) {
        set_hardware();
    }
}

// The hardware timer stays as it is: an interrupt for nothing costs less than setting it twice for each timer that is
// cancelled before its time, as most are.
bool Timers::cancel(Timer& timer) { return wheel_.cancel(timer); }

void Timers::set_anew() {
    wakes_at_ = kNever;
    set_hardware();
}

void Timers::use(HpetAlarm& alarm, base::u32 hardware_id, timekeeping::TickScale scale) {
    sleeper_.hardware_id = hardware_id;
    alarm_scale_ = scale;
    alarm_ = &alarm;
    alarm.add(sleeper_);
}

void Timers::on_interrupt() {
    ++interrupts_;
    if (alarm_ != nullptr) {
        alarm_->on_interrupt(sleeper_);
    }
    static_cast<void>(wheel_.expire(clock_.now(), kSlice, [](timer_wheel::Timer& due) {
        auto& timer = static_cast<Timer&>(due);
        timer.run(timer);
    }));
    set_anew();
}

void Timers::set_hardware() {
    const auto next = wheel_.next_expiry();
    if (!next) {
        alarm_ == nullptr ? Arch::disarm_event() : alarm_->disarm(sleeper_);
        return;
    }
    wakes_at_ = *next;
    const Nanoseconds now = clock_.now();
    const Nanoseconds left = *next <= now ? Nanoseconds{0} : *next - now;
    if (alarm_ != nullptr) {
        alarm_->arm(sleeper_, alarm_scale_.ticks(left));
    } else {
        Arch::arm_event(left == Nanoseconds{0} ? 1 : clock_.ticks_of(left));
    }
}

} // namespace kernel::time
