/// Allocations that fail on purpose. tessera.elf links never_refuses.cpp, where the optimiser removes it all; ktest.elf
/// links kernel/testing/refusals.cpp.
#pragma once

namespace kernel::memory {

/// Whether the allocation that asks fails, to see what its caller then does.
bool is_allocation_refused();

/// Whether any may be: then every allocation asks.
bool may_allocations_be_refused();

} // namespace kernel::memory
