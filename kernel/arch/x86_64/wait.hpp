/// wait.S.
#pragma once

#include <cstddef>

#include "base/types.hpp"

extern "C" {
void wait_for_interrupt();
void watch_word(const void* word, base::u32 value);
bool poll_word(const void* word, base::u32 value, base::u32 looks);
extern const std::byte waits_start[]; ///< all three
extern const std::byte waits_end[];
extern const std::byte halt_start[];  ///< the HLT
extern const std::byte halt_end[];    ///< what follows it
extern const std::byte watch_start[]; ///< the MWAIT
extern const std::byte watch_end[];
extern const std::byte poll_start[]; ///< the loop
extern const std::byte poll_end[];
}
