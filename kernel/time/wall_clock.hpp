/// The time of day.
#pragma once

namespace kernel::core {
struct Kernel;
} // namespace kernel::core

namespace kernel::time {

/// Asks the hypervisor, or the clock that runs while the machine is off, and says in the log what it is. Without either
/// the time of day stays what it was; at first, the start is 1970.
void set_wall_clock(core::Kernel& kernel);

} // namespace kernel::time
