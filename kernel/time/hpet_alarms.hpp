/// The HPET as what interrupts processors in the future, where their own timers are of no use.
#pragma once

#include <array>

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/interrupt/io_apics.hpp"
#include "kernel/time/hpet_alarm.hpp"
#include "kernel/time/timers.hpp"
#include "libs/hpet/registers.hpp"

namespace kernel::time {

/// Deals the comparators out: the first processors have one each; when there is none left, processors share.
class HpetAlarms {
  public:
    /// Starts the HPET with these registers and silences its comparators. OutOfRange if its period is impossible;
    /// Unsupported if its counter wraps at 32 bits; DeviceError if it does not count. At boot.
    base::Result<void> open(base::VirtualAddress registers);

    /// Whether processors are woken by it.
    [[nodiscard]] bool is_open() const { return count_ != 0; }

    /// `timers`, of the processor `hardware_id` that calls, are woken by it from now on. NotFound if no comparator
    /// reaches any processor.
    base::Result<void> join(Timers& timers, base::u32 hardware_id, interrupt::IoApics& io_apics);

  private:
    struct State {
        base::u32 tried = 0;   ///< comparators that were opened or are of no use
        base::u32 opened = 0;  ///< alarms
        base::u32 sharing = 0; ///< processors without a comparator of their own
    };

    HpetAlarm* open_next(State& state, base::u32 hardware_id, interrupt::IoApics& io_apics);

    Arch::Registers registers_;
    base::u32 count_ = 0; ///< comparators; 0: it is not used
    timekeeping::TickScale scale_ = *timekeeping::TickScale::from_hertz(timekeeping::TickScale::kSlowest);
    std::array<HpetAlarm, hpet::kMaximumComparators> alarms_;
    base::Guarded<State, core::KernelLock, core::kAlarmsLock> state_;
};

} // namespace kernel::time
