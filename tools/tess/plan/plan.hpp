/// What ./test does: jobs in budget lines, read from tests/plan.toml, and the time each line may take, from
/// docs/testing.md.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tess/process/process.hpp"

namespace tess::plan {

/// One thing to run. Exactly one of `build`, `command` and `fuzz` says what.
struct Job {
    std::string name;
    std::string budget;               ///< the budget line it counts for
    std::string build;                ///< a preset to configure and build
    std::vector<std::string> command; ///< a program with its arguments, run in the tree's root
    std::string fuzz;                 ///< a folder of fuzz targets: each is a job
    std::vector<std::string> needs;   ///< presets that must be built first
    int cores = 1;                    ///< of the two that there are
    process::Seconds limit{120};
    bool long_form = false; ///< only under --long
};

/// Reads tests/plan.toml. An unknown key or a wrong type is an error with its line.
std::expected<std::vector<Job>, std::string> parse_plan(std::string_view text, const std::string& file_name);

/// One line of the budget.
struct Budget {
    std::string line;
    process::Seconds allowed;
};

/// Reads the table under the heading "## Budget": rows "| line | minutes | ...". In the order of the page.
std::vector<Budget> parse_budgets(std::string_view page);

/// The table of what was used, and whether a line went over.
struct BudgetReport {
    std::string text;
    bool exceeded = false;
};

BudgetReport compare(const std::vector<Budget>& budgets, const std::map<std::string, process::Seconds>& used);

/// Whether a job is meant by what the user named: its name, or a part of it between dots, or its budget line; nothing
/// named means every job.
bool is_selected(const std::string& job, const std::string& budget, const std::vector<std::string>& wanted);

} // namespace tess::plan
