/// What rings are made of before they are there.
#pragma once

#include "base/ref_ptr.hpp"
#include "base/units.hpp"
#include "kernel/object/memory.hpp"

namespace kernel::process {

/// Frames for a chunk of rings, cleared in slices.
struct RingFrames {
    base::RefPtr<object::Memory> memory; ///< its frames stand in a row; null: there are none yet
    base::Bytes cleared{0};              ///< from the first one on
};

} // namespace kernel::process
