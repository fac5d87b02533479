/// The kernel's locks, in the order in which they may be taken: one that stands lower may be taken under one that
/// stands higher, never the other way. None is unranked.
#pragma once

#include "base/lock_class.hpp"
#include "base/spin_lock.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::core {

inline constexpr base::LockClass kBudgetTreeLock{.rank = 10, .name = "budget tree"};
inline constexpr base::LockClass kProcessLock{.rank = 20, .name = "process"};
inline constexpr base::LockClass kAddressSpaceLock{.rank = 30, .name = "address space"};
inline constexpr base::LockClass kMemoryObjectLock{.rank = 40, .name = "memory object"};
inline constexpr base::LockClass kLentEndLock{.rank = 43, .name = "lent end of a channel"};
inline constexpr base::LockClass kChannelLock{.rank = 45, .name = "channel"};
inline constexpr base::LockClass kTimerPlanLock{.rank = 48, .name = "plan of a timer"};
inline constexpr base::LockClass kRingLock{.rank = 50, .name = "ring"};
inline constexpr base::LockClass kCapabilityTableLock{.rank = 55, .name = "capability table"};
inline constexpr base::LockClass kBudgetObjectsLock{.rank = 58, .name = "objects of a budget"};
inline constexpr base::LockClass kCapabilityTreeLock{.rank = 60, .name = "capability tree"};
inline constexpr base::LockClass kRetirementLock{.rank = 65, .name = "retirement"};
inline constexpr base::LockClass kRegistryLock{.rank = 66, .name = "registry"};
inline constexpr base::LockClass kCallPoolLock{.rank = 67, .name = "calls"};
inline constexpr base::LockClass kOperationListLock{.rank = 68, .name = "operation list"};
inline constexpr base::LockClass kAddressWaitLock{.rank = 69, .name = "address waits"};
inline constexpr base::LockClass kInterruptLineLock{.rank = 70, .name = "interrupt line"};
inline constexpr base::LockClass kLeasesLock{.rank = 71, .name = "leases that are lent on"};
inline constexpr base::LockClass kInheritanceLock{.rank = 72, .name = "inheritance"};
inline constexpr base::LockClass kAlarmsLock{.rank = 76, .name = "comparators"};
inline constexpr base::LockClass kIoApicLock{.rank = 80, .name = "I/O APIC"};
inline constexpr base::LockClass kAgeingLock{.rank = 81, .name = "ageing"};
inline constexpr base::LockClass kReaperLock{.rank = 82, .name = "reaper"};
inline constexpr base::LockClass kPciLock{.rank = 84, .name = "PCI configuration"};
inline constexpr base::LockClass kSlabDepotLock{.rank = 85, .name = "slab depot"};
inline constexpr base::LockClass kDeviceRegionLock{.rank = 86, .name = "region for devices"};
inline constexpr base::LockClass kFrameRangesLock{.rank = 88, .name = "ranges of memory"};
inline constexpr base::LockClass kFrameDepotLock{.rank = 90, .name = "frame depot"};
inline constexpr base::LockClass kFrameStoreLock{.rank = 92, .name = "frame records"};
inline constexpr base::LockClass kRandomLock{.rank = 95, .name = "random"};
inline constexpr base::LockClass kGroupsLock{.rank = 96, .name = "groups of threads"};
inline constexpr base::LockClass kAlarmLock{.rank = 97, .name = "alarm"};
inline constexpr base::LockClass kLogLock{.rank = 100, .name = "log"};

/// Taken only while interrupts are off, as they are in the kernel.
using KernelLock = base::SpinLock<Arch::InterruptsOff>;

} // namespace kernel::core
