#include "kernel/process/timer.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Nanoseconds;

Timer::Timer() : Event(abi::ObjectKind::Timer, &Timer::end, &Timer::close), home_(processor::this_processor()) {}

void Timer::arm(Nanoseconds deadline, Nanoseconds period) {
    bool is_closed = false;
    plan_.with([&](Plan& plan) {
        plan.deadline = deadline;
        plan.period = period;
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
    Nanoseconds deadline = kDisarmed;
    bool is_closed = false;
    plan_.with([&](Plan& plan) {
        deadline = plan.deadline;
        is_closed = plan.is_closed;
    });
    if (deadline != kDisarmed && !is_closed) {
        home_.timers.arm(alarm_, deadline);
        return;
    }
    static_cast<void>(home_.timers.cancel(alarm_));
}

void Timer::on_deadline() {
    bool is_due = false;
    Nanoseconds next = kDisarmed;
    const Nanoseconds now = core::kernel().clock.now();
    plan_.with([&](Plan& plan) {
        is_due = plan.deadline != kDisarmed && plan.deadline <= now && !plan.is_closed;
        if (is_due) {
            // What was missed is told once.
            const bool is_late = plan.period != Nanoseconds{0} && now - plan.deadline >= plan.period;
            const Nanoseconds first = is_late ? now : plan.deadline;
            plan.deadline = plan.period == Nanoseconds{0} ? kDisarmed : first + plan.period;
        }
        next = plan.is_closed ? kDisarmed : plan.deadline;
    });
    if (next != kDisarmed) {
        home_.timers.arm(alarm_, next);
    }
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
