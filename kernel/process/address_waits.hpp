/// Operations that wait for a word of a Memory.
#pragma once

#include "kernel/core/lock_class.hpp"
#include "libs/address_wait/waiting_table.hpp"

namespace kernel::process {

/// All of them, of all processes: a waiter is an Operation. Under its locks no other one is taken.
using AddressWaits = address_wait::WaitingTable<core::KernelLock, core::kAddressWaitLock>;

} // namespace kernel::process
