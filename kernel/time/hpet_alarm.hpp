/// One comparator of the HPET, for one processor or several.
#pragma once

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/interrupt/io_apics.hpp"
#include "libs/hpet/shared_alarm.hpp"
#include "libs/timekeeping/tick_scale.hpp"

namespace kernel::time {

/// A processor that is woken by an HpetAlarm.
struct AlarmSleeper : hpet::Sleeper {
    base::u32 hardware_id = 0;
};

/// Interrupts one processor, its target, at the timer's vector; that one interrupts the other sleepers. Lives as long
/// as the kernel. From any processor.
class HpetAlarm {
  public:
    /// Comparator `number` interrupts `target` from now on: by a message where it can, else through a pin that nobody
    /// has. NotFound if there is none; Unsupported if `target` is out of reach.
    base::Result<void> open(Arch::Registers registers, base::u32 number, base::u32 target,
                            interrupt::IoApics& io_apics);

    void add(AlarmSleeper& sleeper);

    /// The timer's vector comes to `sleeper` once, in `ticks` of the HPET.
    void arm(AlarmSleeper& sleeper, base::u64 ticks);

    void disarm(AlarmSleeper& sleeper);

    /// The timer's vector has come to `sleeper`.
    void on_interrupt(const AlarmSleeper& sleeper);

    [[nodiscard]] bool sends_messages() const { return sends_messages_; }

  private:
    struct Comparator {
        [[nodiscard]] base::u64 counter() const;
        void set(base::u64 moment) const;

        Arch::Registers registers;
        base::u32 number = 0;
    };

    using Alarm = hpet::SharedAlarm<Comparator, AlarmSleeper>;

    static base::Result<base::u32> lead_to_pin(base::u32 possible, apic::Target target, interrupt::IoApics& io_apics);

    base::Guarded<Alarm, core::KernelLock, core::kAlarmLock> alarm_;
    base::u32 target_ = 0;
    bool sends_messages_ = false;
};

} // namespace kernel::time
