/// All that the host writes of one processor.
#pragma once

#include "libs/kvm/end_of_interrupt.hpp"
#include "libs/kvm/steal_time.hpp"
#include "libs/kvm/time_info.hpp"

namespace kvm {

/// Each part at an address that its register takes; two cache lines, so that none is shared with another processor's.
struct alignas(128) ProcessorRecord {
    StealTime steal;
    TimeInfo time;
    EndOfInterrupt end_of_interrupt;
};

static_assert(sizeof(ProcessorRecord) == 128);

} // namespace kvm
