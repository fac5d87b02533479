/// A system that a verb is about: read, proved, and all that is wrong said.
#pragma once

#include <expected>
#include <string>

#include "tools/tess/prove/prove.hpp"
#include "tools/tess/verbs/exit_status.hpp"

namespace tess {

/// A description that was read. What is wrong went to standard error; Usage: there is no such system, Failed: it is not
/// written as it should be.
std::expected<system::System, ExitStatus> read_system(const std::string& name, const std::string& usage);

struct ProvedSystem {
    system::System system;
    prove::Evidence evidence;
    system::Findings notes; ///< what is to be known of it
};

/// A description without errors. Warnings went to standard error too; `strict` makes them errors.
std::expected<ProvedSystem, ExitStatus> prove_system(const std::string& name, bool strict, const std::string& usage);

/// Why a system cannot be packed: NotBuilt, a file is not there; else Failed.
ExitStatus pack_failure(const system::System& system);

} // namespace tess
