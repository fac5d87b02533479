/// The kernel's locks, in the order in which they may be taken: one that stands lower may be taken under one that
/// stands higher, never the other way. None is unranked.
#pragma once

#include "base/lock_class.hpp"
#include "base/spin_lock.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::core {

inline constexpr base::LockClass kFrameAllocatorLock{.rank = 90, .name = "frame allocator"};
inline constexpr base::LockClass kLogLock{.rank = 100, .name = "log"};

/// Interrupts are off while it is held, and as they were before afterwards.
using KernelLock = base::SpinLock<Arch::InterruptsOff>;

} // namespace kernel::core
