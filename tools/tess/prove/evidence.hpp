/// What the files of a bundle are, as far as they are there.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tools/tess/prove/program.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::prove {

struct FileEvidence {
    bool is_there = false;
    base::u64 size = 0;
    bool has_digest = true;         ///< the one that the description names, if it does
    std::optional<Program> program; ///< of those that a component runs; none: it is no program
};

/// By the name in the bundle.
using Evidence = std::map<std::string, FileEvidence>;

/// Reads the files that components run or whose digest is named, and asks for the sizes of the others.
Evidence collect_evidence(const system::System& system);

} // namespace tess::prove
