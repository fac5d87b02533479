#include "kernel/process/timer.hpp"

#include "base/checked.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/timer_wheel/coalesce.hpp"

namespace kernel::process {

using base::Nanoseconds;

namespace {

/// Never, if time ends before.
Nanoseconds next_of(Nanoseconds moment, Nanoseconds period) {
    return Nanoseconds{base::checked_add(moment.value(), period.value()).value_or(Timer::kDisarmed.value())};
}

} // namespace

Timer::Timer() : Event(abi::ObjectKind::Timer, &Timer::end, &Timer::close), home_(processor::this_processor()) {}

Nanoseconds Timer::Plan::moment() const {
    const bool is_set = times.deadline != kDisarmed && !is_closed;
    return is_set ? timer_wheel::coalesce(times.deadline, times.slack) : kDisarmed;
}

void Timer::arm(const Times& times) {
    bool is_closed = false;
    plan_.with([&](Plan& plan) {
        plan.times = times;
        is_closed = plan.is_closed;
    });
    if (!is_closed) {
        ask_to_look();
    }
}

void Timer::Look::run(mailbox::Message& message) {
    process::Timer& timer = static_cast<Look&>(message).owner;
    timer.look();
    timer.looks_.fetch_sub(1, std::memory_order_release);
}

void Timer::ask_to_look() {
    if (&home_ == &processor::this_processor()) {
        look();
        return;
    }
    looks_.fetch_add(1, std::memory_order_relaxed);
    if (!home_.post(look_)) {
        // It was posted already: it will see what was planned before this.
        looks_.fetch_sub(1, std::memory_order_release);
    }
}

void Timer::look() {
    set_alarm(plan_.with([](const Plan& plan) { return plan.moment(); }));
}

void Timer::set_alarm(Nanoseconds moment) {
    if (moment != kDisarmed) {
        home_.timers.arm(alarm_, moment);
    } else {
        static_cast<void>(home_.timers.cancel(alarm_));
    }
}

void Timer::on_deadline() {
    bool is_due = false;
    Nanoseconds next = kDisarmed;
    const Nanoseconds now = core::kernel().clock.now();
    plan_.with([&](Plan& plan) {
        Times& times = plan.times;
        is_due = times.deadline != kDisarmed && times.deadline <= now && !plan.is_closed;
        if (is_due) {
            // What was missed is told once.
            const bool is_late = times.period != Nanoseconds{0} && now - times.deadline >= times.period;
            const Nanoseconds first = is_late ? now : times.deadline;
            times.deadline = times.period == Nanoseconds{0} ? kDisarmed : next_of(first, times.period);
        }
        next = plan.moment();
    });
    set_alarm(next);
    if (is_due) {
        HandOver hand_over;
        signal(kBit, hand_over);
        hand_over.wake_last();
    }
}

void Timer::close(Object& object) {
    auto& timer = static_cast<Timer&>(object);
    timer.Event::close();
    timer.plan_.with([](Plan& plan) { plan.is_closed = true; });
    timer.ask_to_look();
}

void Timer::end(Object& object) {
    auto& timer = static_cast<Timer&>(object);
    if (timer.looks_.load(std::memory_order_acquire) != 0) {
        process_objects().retirement.put_back(object);
    } else {
        process_objects().timers.destroy(timer);
    }
}

} // namespace kernel::process
