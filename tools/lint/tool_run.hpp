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

/// `command` with `more` behind it.
std::vector<std::string> with_words(std::vector<std::string> command, const std::vector<std::string>& more);

/// What a tool says of itself.
std::string version_of(const char* tool);

/// The same in every copy of the tree: where it stands does not count.
std::string key_of(const std::string& version, const std::vector<std::string>& command, const std::string& content);

/// All of them, two at a time; those that passed before are skipped.
Findings run_tools(const std::vector<ToolRun>& runs, const ResultCache& cache, const Judge& judge);

/// The output of a tool that must work; what is wrong becomes a finding.
std::string output_of(const std::vector<std::string>& command, Findings& findings);

} // namespace lint
