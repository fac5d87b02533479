/// Proves a system's description, and makes its plan.
///
///     const Evidence evidence = collect_evidence(system);
///     const Findings findings = prove(system, evidence);
///     if (!has_errors(findings)) { const auto plan = compile(system); }
#pragma once

#include <vector>

#include "libs/plan/draft.hpp"
#include "tools/tess/prove/evidence.hpp"
#include "tools/tess/system/finding.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::prove {

/// All that can be said against it, all rules together.
system::Findings prove(const system::System& system, const Evidence& evidence);

/// The plan of a description without errors.
::plan::Draft draft_of(const system::System& system);

/// The same as bytes; an error only if prove() finds one too.
base::Result<std::vector<std::byte>> compile(const system::System& system);

/// Files that are not there yet, by their paths on the host.
std::vector<std::string> not_built(const system::System& system, const Evidence& evidence);

} // namespace tess::prove
