/// The last instruction the kernel runs.
#pragma once

#include "kernel/core/exit_code.hpp"

namespace kernel::core {

/// Ends an emulated machine with `code` if the command line named its exit port; then, or else, stops the processor.
[[noreturn]] void end(ExitCode code);

} // namespace kernel::core
