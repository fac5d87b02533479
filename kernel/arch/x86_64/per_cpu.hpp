/// What each processor has of its own, reached through GS.
#pragma once

#include <cstddef>

#include "base/lock_order.hpp"
#include "base/types.hpp"
#include "kernel/arch/x86_64/descriptor_tables.hpp"
#include "kernel/arch/x86_64/stack_block.hpp"
#include "libs/kvm/end_of_interrupt.hpp"

namespace kernel::arch::x86_64 {

/// One processor's area. The compiler reads the stack canary at GS:40; the entry code and the compiler's
/// -mstack-protector-guard-offset know the offsets.
struct PerCpu {
    PerCpu* self;                 ///< for GS:0, the area's own address
    base::u64 index = 0;          ///< 0 for the processor that booted
    base::u64 kernel_stack = 0;   ///< where run_user_code() left its caller's registers
    base::u64 user_frame_top = 0; ///< the end of the running thread's TrapFrame
    base::u64 kernel_tables = 0;  ///< what a processor that starts puts into CR3
    base::u64 stack_canary = 0;
    base::u64 user_stack = 0; ///< the caller's stack pointer, for two instructions of call_entry
    base::u64 control = 0;    ///< CR4, as enable_protection() left it
    StackBlock stacks;
    base::HeldLocks held_locks{};
    DescriptorTables tables{};
    kvm::EndOfInterrupt* end_of_interrupt = nullptr; ///< null: the local APIC is always told
    void (*while_spinning)() = nullptr;              ///< what it does between two looks at a lock; takes none itself
};

static_assert(offsetof(PerCpu, kernel_stack) == 16);
static_assert(offsetof(PerCpu, user_frame_top) == 24);
static_assert(offsetof(PerCpu, stack_canary) == 40);
static_assert(offsetof(PerCpu, user_stack) == 48);

/// The area of the processor that this runs on.
inline PerCpu& this_cpu() {
    PerCpu* area = nullptr;
    // SAFETY: GS:0 holds the area's address from before the first C++ function of the high half runs.
    asm("movq %%gs:0, %0" : "=r"(area));
    return *area;
}

} // namespace kernel::arch::x86_64

/// The area of the processor that booted. The entry code loads GS with it.
extern "C" constinit kernel::arch::x86_64::PerCpu boot_cpu;
