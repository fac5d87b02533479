/// Guests and programs whose figures `tess bench` takes.
#pragma once

#include <string>
#include <string_view>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"
#include "tools/tess/verbs/figure.hpp"

namespace tess {

/// How often what may differ is measured.
inline constexpr int kRuns = 3;

// All say what is wrong, and return nothing, when something cannot be had.

/// What boots the system `name` with the kernel that users boot, one nanosecond for each instruction.
std::optional<machine::Machine> machine_for(const std::string& name, const std::string& memory, int cpus);

/// `machine` with a plugin of tests/bench/costs.
machine::Machine with_plugin(machine::Machine machine, std::string_view plugin);

/// Instructions of the default system until its banner.
Measured measure_banner(std::string name, const std::string& memory, int cpus);

/// The figures that a guest prints which ends with success, over a few runs.
Measured measure_guest(const machine::Machine& machine, std::string_view what, int runs = kRuns,
                       process::Seconds limit = process::Seconds{120});

/// The figures that a program of the host prints which ends with success.
Measured measure_program(const std::string& path);

/// Those of in-kernel tests whose names match `pattern`.
Measured measure_in_kernel(const std::string& pattern, int cpus, const std::string& memory = "128M");

} // namespace tess
