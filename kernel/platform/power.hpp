/// The end of the machine's run: off, or once more.
#pragma once

#include "kernel/memory/kernel_space.hpp"
#include "kernel/platform/platform.hpp"

namespace kernel::platform {

/// Switches the machine off by what its tables offer: the sleep registers of ACPI. Returns if it stays on.
void power_off(const Platform& platform, memory::KernelSpace& space);

/// Resets the machine: by the register that the tables name, else as PCs always could, at last by a triple fault.
[[noreturn]] void reset(const Platform& platform, memory::KernelSpace& space);

} // namespace kernel::platform
