#include "kernel/core/kernel.hpp"

namespace kernel::core {

namespace {

constinit Kernel the_kernel{};

} // namespace

Kernel& kernel() { return the_kernel; }

} // namespace kernel::core
