/// The architecture this kernel is built for: CMake puts one folder's `select` on the include path.
#pragma once

#include "kernel/arch/x86_64/x86_64.hpp"

namespace kernel {

using Arch = arch::x86_64::X86_64;

} // namespace kernel
