/// What happens later, on one processor.
#pragma once

#include "base/units.hpp"
#include "kernel/time/clock.hpp"
#include "kernel/time/hpet_alarm.hpp"
#include "libs/timer_wheel/timer_wheel.hpp"

namespace kernel::time {

/// `run` is called once after each arming, on the processor whose queue it is in, with interrupts off; it may arm it
/// again.
struct Timer : timer_wheel::Timer {
    using Run = void (*)(Timer& timer);

    explicit Timer(Run what) : run(what) {}

    Run run;
};

/// The timers of one processor, and its one hardware timer. Used by that processor only, with interrupts off.
class Timers {
  public:
    explicit Timers(const Clock& clock) : clock_(clock) {}

    /// Runs `timer` at `deadline` of monotonic time or as soon as possible afterwards. Moves one that is armed.
    void arm(Timer& timer, base::Nanoseconds deadline);

    /// Whether it was armed.
    bool cancel(Timer& timer);

    /// The hardware timer was used for something else.
    void set_anew();

    /// The hardware timer is `alarm` from now on, not the processor's own. Once, before anything is armed: on the
    /// processor `hardware_id`, with what the HPET's ticks are in nanoseconds.
    void use(HpetAlarm& alarm, base::u32 hardware_id, timekeeping::TickScale scale);

    /// The hardware timer has interrupted.
    void on_interrupt();

    /// How often it has.
    [[nodiscard]] base::u64 interrupts() const { return interrupts_; }

  private:
    static constexpr base::Nanoseconds kNever{~base::u64{0}};

    void set_hardware();

    const Clock& clock_;
    base::Nanoseconds wakes_at_ = kNever; ///< when the hardware timer interrupts at the latest
    timer_wheel::TimerWheel wheel_;
    base::u64 interrupts_ = 0;
    HpetAlarm* alarm_ = nullptr; ///< null: the hardware timer is the processor's own
    timekeeping::TickScale alarm_scale_ = *timekeeping::TickScale::from_hertz(timekeeping::TickScale::kSlowest);
    AlarmSleeper sleeper_;
};

} // namespace kernel::time
