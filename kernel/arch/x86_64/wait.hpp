/// wait.S.
#pragma once

#include <cstddef>

extern "C" {
void wait_for_interrupt();
extern const std::byte halt_start[]; ///< the HLT in it
extern const std::byte halt_end[];   ///< what follows it
}
