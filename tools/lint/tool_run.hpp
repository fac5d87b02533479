/// Runs tools, two at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/lint/finding.hpp"
#include "tools/lint/result_cache.hpp"
#include "tools/tess/process/process.hpp"

namespace lint {

/// One run of a tool on one file.
struct ToolRun {
    std::string path;
    std::vector<std::string> command;
    std::string key; ///< what its result depends on; empty: it is not remembered
};

/// What is wrong, by a tool's status and output; empty: it passed.
using Judge = std::function<Findings(const ToolRun& run, int status, const std::string& output)>;

/// All of them, two at a time; those that passed before are skipped.
Findings run_tools(const std::vector<ToolRun>& runs, const ResultCache& cache, const Judge& judge);

/// The output of a tool that must work; what is wrong becomes a finding.
std::string output_of(const std::vector<std::string>& command, Findings& findings);

} // namespace lint
