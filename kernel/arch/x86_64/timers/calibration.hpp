/// How fast the processor's counter and its APIC's timer run.
#pragma once

#include "base/types.hpp"
#include "kernel/arch/x86_64/apic/local_apic.hpp"
#include "kernel/arch/x86_64/timers/reference_counter.hpp"

namespace kernel::arch::x86_64 {

struct Rates {
    base::u64 counter_hertz = 0; ///< of the time stamp counter; 0: unknown
    base::u64 timer_hertz = 0;   ///< of the local APIC's timer
};

/// Counts for about 400 microseconds, with interrupts off. Both rates are 0 if the reference stops meanwhile.
Rates measure_rates(const ReferenceCounter& reference, const LocalApic& apic);

/// The same where the counter's rate is known.
Rates measure_timer(base::u64 counter_hertz, const LocalApic& apic);

/// The rate of the time stamp counter by the hypervisor's word, or the processor's own, [intel/vol3] 19.7.3; 0: neither
/// says it.
base::u64 stated_counter_hertz();

} // namespace kernel::arch::x86_64
