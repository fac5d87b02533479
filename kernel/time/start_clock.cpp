#include "kernel/time/start_clock.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"

namespace kernel::time {

using base::Bytes;
using base::Nanoseconds;
using base::Result;
using base::u64;
using core::ClockChoice;

namespace {

/// Where the tables say that counters of a known rate are.
Arch::ClockHints clock_hints(core::Kernel& kernel) {
    constexpr Bytes kHpetBytes{1024};
    Arch::ClockHints hints{};
    if (const auto hpet = kernel.platform.hpet()) {
        if (const auto registers = kernel.space.map_device(*hpet, kHpetBytes)) {
            hints.hpet = *registers;
        }
    }
    if (const auto& fadt = kernel.platform.fadt()) {
        hints.pm_timer_port = fadt->pm_timer().value_or(acpi::GenericAddress{}).port().value_or(0);
    }
    return hints;
}

Result<hypervisor::ClockReading> read_hypervisor(const core::Kernel& kernel) {
    const ClockChoice choice = kernel.options.clock;
    if (choice != ClockChoice::Any && choice != ClockChoice::Hypervisor) {
        return base::Error::Unsupported;
    }
    return kernel.hypervisor.read_clock(static_cast<base::u32>(Arch::cpu_index()));
}

/// A processor's counter may change its speed with the processor's, unless it says that it does not; a virtual
/// machine's is the host's, which the hypervisor answers for.
bool prefers_shared(ClockChoice choice) {
    const bool is_steady = Arch::counter_is_invariant() || Arch::has_hypervisor();
    return choice == ClockChoice::Hpet || (choice != ClockChoice::Tsc && !is_steady);
}

/// Unsupported if no timer that may be used can be.
Result<void> choose_timer(core::Kernel& kernel, const Arch::ClockHints& hints) {
    const bool prefers_hpet = kernel.options.timer == core::TimerChoice::Hpet ||
                              (kernel.options.timer == core::TimerChoice::Any && !Arch::has_event_timer());
    if (!prefers_hpet) {
        return Arch::has_event_timer() ? Result<void>{} : base::Error::Unsupported;
    }
    const auto opened = hints.hpet ? kernel.alarms.open(*hints.hpet) : base::Error::NotFound;
    if (!opened) {
        LOG_ERROR("timer: the hpet cannot be used: {}", abi::name(opened.error()));
        return base::Error::Unsupported;
    }
    return {};
}

/// As if it had been there at the first instruction.
void follow_hypervisor(core::Kernel& kernel, const hypervisor::ClockReading& reading) {
    const Nanoseconds there = reading.base.at(Arch::read_cycle_counter_in_order());
    kernel.clock_watch.follow_hypervisor(there - kernel.clock.now());
}

} // namespace

Result<void> start_clock(core::Kernel& kernel) {
    const auto reading = read_hypervisor(kernel);
    Arch::ClockHints hints = clock_hints(kernel);
    hints.avoids_deadline = kernel.options.timer == core::TimerChoice::Lapic;
    hints.counter_hertz = reading ? TRY(timekeeping::TickScale::from_multiplier(reading->base.multiplier)).hertz() : 0;
    const Arch::CounterRate rate = Arch::measure_counter(hints);
    const auto measured = timekeeping::TickScale::from_hertz(rate.hertz);
    if (!measured) {
        return base::Error::NotFound;
    }
    const timekeeping::ClockBase base{kernel.entry_ticks, Nanoseconds{0},
                                      reading ? reading->base.multiplier : measured->multiplier()};
    TRY(kernel.clock.start(reading ? reading->name : "tsc", base, *measured, kernel.frames));
    if (hints.hpet) {
        kernel.clock.offer_shared_counter("hpet", Arch::open_shared_counter(*hints.hpet));
    }
    if (reading) {
        follow_hypervisor(kernel, *reading);
    } else if (prefers_shared(kernel.options.clock) && !kernel.clock.use_shared_counter()) {
        LOG_WARNING("clock: there is no hpet to go by");
    }
    TRY(choose_timer(kernel, hints));
    LOG_INFO("clock: {}, {} kHz by {}; timer {}", kernel.clock.source(), rate.hertz / 1000, rate.source,
             kernel.alarms.is_open() ? "hpet" : Arch::event_timer_name());
    return {};
}

void leave_differing_counters(core::Kernel& kernel, u64 ticks) {
    if (kernel.clock.needs_kernel()) {
        return;
    }
    if (kernel.clock.use_shared_counter()) {
        LOG_WARNING("clock: the processors' counters differ by {} ticks; from now on by {}", ticks,
                    kernel.clock.source());
    } else {
        LOG_WARNING("clock: the processors' counters differ by {} ticks, and there is no other: time may go backwards",
                    ticks);
    }
}

} // namespace kernel::time
