// What base/ asks of its environment, answered by the processor that runs.
#include "base/lock_order.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"

base::HeldLocks& base::held_locks() { return kernel::arch::x86_64::this_cpu().held_locks; }
