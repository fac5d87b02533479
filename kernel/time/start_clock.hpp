/// Which counter the clock goes by.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"

namespace kernel::core {
struct Kernel;
} // namespace kernel::core

namespace kernel::time {

/// Starts the monotonic clock and chooses the timer: by the hypervisor's clock, the processor's counter, or the counter
/// that all share, in this order, as far as the option `clock` leaves the choice. Says which in the log. NotFound if no
/// clock of this machine counts; NoMemory; Unsupported if no timer interrupts, or not the one that the option `timer`
/// asks for.
base::Result<void> start_clock(core::Kernel& kernel);

/// The counters of the processors were found to differ by `ticks`: leaves them for the one that all share, if there is
/// one and the clock goes by theirs.
void leave_differing_counters(core::Kernel& kernel, base::u64 ticks);

} // namespace kernel::time
