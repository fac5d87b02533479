/// The context of kernel locks.
#pragma once

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"

namespace kernel::arch::x86_64 {

/// While a lock with this context is held, interrupts are off; afterwards they are as they were.
struct InterruptsOff {
    using State = bool; ///< whether they were on

    static State enter() {
        const bool were_on = Cpu::interrupts_enabled();
        Cpu::disable_interrupts();
        return were_on;
    }

    static void leave(State were_on) {
        if (were_on) {
            Cpu::enable_interrupts();
        }
    }

    /// A processor that spins still answers the others: see PerCpu::while_spinning.
    static void relax() {
        Cpu::pause();
        if (auto* const answer = this_cpu().while_spinning; answer != nullptr) {
            answer();
        }
    }
};

} // namespace kernel::arch::x86_64
