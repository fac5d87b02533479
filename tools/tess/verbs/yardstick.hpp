/// A Linux guest in the same emulator, measured beside ours. tests/yardsticks has its program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/tess/machine/machine.hpp"

namespace tess::yardstick {

/// The lines "name value unit ..." that the guest prints, each split at spaces; instructions, counted as ours are. Says
/// what is wrong and returns nothing when it cannot be had.
std::optional<std::vector<std::vector<std::string>>> measure_linux();

/// The guest that says "idle from now on" and sleeps, or nothing.
std::optional<machine::Machine> idle_linux();

/// Per cent of a processor that the emulator uses for `machine`, in each of a few stretches of time together a minute,
/// from the line with `ready` on. Empty when that line does not come.
std::vector<double> measure_idle(const machine::Machine& machine, const std::string& ready);

} // namespace tess::yardstick
