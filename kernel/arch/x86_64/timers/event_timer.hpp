/// The one interrupt in the future that each processor can ask for.
#pragma once

#include "base/types.hpp"
#include "kernel/arch/x86_64/apic/local_apic.hpp"
#include "kernel/arch/x86_64/timers/calibration.hpp"

namespace kernel::arch::x86_64 {

/// By TSC deadline where the processor has it, else by the local APIC's timer. One object stands for all processors'.
class EventTimer {
  public:
    /// Decides which, from the rates that were measured.
    void choose(bool has_deadline, const Rates& rates);

    [[nodiscard]] bool uses_deadline() const { return mode_ == ApicTimerMode::Deadline; }

    /// Whether it is one that counts.
    [[nodiscard]] bool counts() const { return uses_deadline() || timer_per_counter_ != 0; }

    /// Makes the timer of the processor that runs ready to interrupt at `vector`; nothing is armed.
    void enable(const LocalApic& apic, base::u8 vector) const;

    /// Interrupts once, when the time stamp counter has gone on by `ticks`; at the latest. A timer of the APIC that
    /// cannot count so far interrupts earlier.
    void arm(const LocalApic& apic, base::u64 ticks) const;

    void disarm(const LocalApic& apic) const;

  private:
    ApicTimerMode mode_ = ApicTimerMode::OneShot;
    base::u64 timer_per_counter_ = 0; ///< ticks of the APIC's timer for one of the counter, 32 bits of fraction
};

} // namespace kernel::arch::x86_64
