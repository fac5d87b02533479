/// The context of kernel locks.
#pragma once

#include "base/assert.hpp"
#include "base/lock_order.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"

namespace kernel::arch::x86_64 {

/// Interrupts are off in all of the kernel but where it asks for them, Cpu::let_interrupts_in() and the halt: so there
/// is nothing to turn off for a lock. Kernels that check the order of locks check this too.
struct InterruptsOff {
    struct State {};

    static State enter() {
        if constexpr (base::kCheckLockOrder) {
            ASSERT(!Cpu::interrupts_enabled(), "a lock is taken with interrupts on");
        }
        return {};
    }

    static void leave(State) {}

    /// A processor that spins still answers the others: see PerCpu::while_spinning.
    static void relax() {
        Cpu::pause();
        if (auto* const answer = this_cpu().while_spinning; answer != nullptr) {
            answer();
        }
    }
};

} // namespace kernel::arch::x86_64
