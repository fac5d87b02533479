/// The jobs of ./test and their running: two processors' worth at a time, each with its log and its limit.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "tools/tess/process/process.hpp"
#include "tools/tess/verbs/exit_status.hpp"

namespace tess {

/// Something that passes or fails.
struct TestJob {
    std::string name;
    std::string budget;
    int cores = 1;
    std::vector<std::string> needs = {}; ///< presets that must be built first
    /// Runs it, with its log at this path. Returns what is wrong, in words; empty: it passed.
    std::function<std::string(const std::string& log)> run;
};

struct Selection {
    std::vector<std::string> names;
    bool long_forms = false;
};

/// The jobs of tests/plan.toml, tests/system/*.toml and tests/gates/*.toml that are meant, and the builds that they
/// need, in the order of the budget's lines.
std::expected<std::vector<TestJob>, std::string> collect_jobs(const Selection& selection);

/// Runs them, prints a line for each, what failed, the times used, and last "N passed, M failed". With `hold_budget` a
/// line of the budget that was exceeded fails the run.
ExitStatus run_jobs(const std::vector<TestJob>& jobs, bool hold_budget);

} // namespace tess
