/// How the other processors come up.
#pragma once

#include "base/result.hpp"

namespace kernel::core {
struct Kernel;
} // namespace kernel::core

namespace kernel::processor {

/// Gives `processor`, the one that runs, the handlers of the vectors that the kernel keeps for itself.
class Processor;
void install_own_vectors(Processor& processor);

/// Makes the timer of `processor`, the one that runs, ready: its own, or the HPET where that is used. Errors of
/// HpetAlarms::join().
base::Result<void> enable_timer(Processor& processor);

/// Starts all processors of the table but the one that runs, and sleeps until they have answered. One that does not is
/// reported and left out. NoMemory when there is none for stacks and areas; then nothing was started.
base::Result<void> start_processors(core::Kernel& kernel);

} // namespace kernel::processor
