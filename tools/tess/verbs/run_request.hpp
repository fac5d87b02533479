/// What the words behind `tess run` ask for.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/system/system.hpp"
#include "tools/tess/verbs/options.hpp"

namespace tess {

inline constexpr int kUsualDebuggerPort = 1234;

struct RunRequest {
    machine::Machine machine;
    std::string program;              ///< path without its end: .elf is booted, .debug.elf has the symbols
    std::optional<int> debugger_port; ///< the port asked for; none: no debugger
};

/// The options of `tess run`.
const OptionSet& run_option_set();

/// Applies the command line's choices to what the description says. `best` is the best accelerator of this host. An
/// error is in words for the user.
std::expected<RunRequest, std::string> prepare_run(const system::System& system, const Options& options,
                                                   machine::Accelerator best);

} // namespace tess
