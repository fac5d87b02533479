/// The devices that every processor of a machine has, or that all share.
#pragma once

#include "kernel/arch/x86_64/apic/local_apic.hpp"
#include "kernel/arch/x86_64/timers/event_timer.hpp"
#include "kernel/arch/x86_64/timers/shared_counter.hpp"

namespace kernel::arch::x86_64 {

/// Set up by the processor that boots, then only read.
struct Machine {
    LocalApic apic;
    EventTimer event_timer;
    SharedCounter shared_counter;
};

Machine& machine();

} // namespace kernel::arch::x86_64
