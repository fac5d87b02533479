/// How far physical memory can reach on the processor that runs.
#pragma once

#include "base/types.hpp"

namespace kernel::arch {

/// How many bits a physical address has: one with more, in a page table, faults for ever.
base::u32 physical_address_bits();

} // namespace kernel::arch
