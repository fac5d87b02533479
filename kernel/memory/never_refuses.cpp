#include "kernel/memory/refusal.hpp"

namespace kernel::memory {

bool is_allocation_refused() { return false; }

bool may_allocations_be_refused() { return false; }

} // namespace kernel::memory
