/// The context of kernel locks.
#pragma once

#include "kernel/arch/x86_64/cpu.hpp"

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

    static void relax() { Cpu::pause(); }
};

} // namespace kernel::arch::x86_64
