/// Frames that a budget pays for: their records say which.
#pragma once

#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/object/purse.hpp"
#include "libs/frame/topology.hpp"

namespace kernel::object {

/// A frame, contents undefined, that `purse` pays for. NoMemory: also if the purse lacks.
base::Result<base::PhysicalAddress> allocate_charged(Purse& purse, const frame::Request& request);

/// A frame of zeros.
base::Result<base::PhysicalAddress> allocate_charged_zeroed(Purse& purse, const frame::Request& request);

/// 2^order frames in a row, contents undefined, each paid for, held and given back by itself. InvalidArgument: no such
/// order.
base::Result<base::PhysicalAddress> allocate_charged_block(Purse& purse, const frame::Request& request);

/// Gives back a frame that its caller alone holds, to the machine and to its budget.
void free_charged(base::PhysicalAddress frame);

} // namespace kernel::object
