#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <unistd.h>

#include "tools/tess/gate/gate.hpp"
#include "tools/tess/plan/plan.hpp"
#include "tools/tess/scenario/scenario.hpp"
#include "tools/tess/verbs/test_run.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

namespace files = std::filesystem;

constexpr std::string_view kPlan = "tests/plan.toml";
constexpr std::array<std::string_view, 2> kScenarios{"tests/system", "tests/hypervisors"};
constexpr std::string_view kGates = "tests/gates";
/// The copy of the tree that gates put their faults into.
constexpr std::string_view kCopy = "out/gates/tree";

/// Runs a command into a log; what is wrong, in words.
std::string run_logged(const process::Command& command, process::Seconds limit, std::ofstream& log) {
    const process::Outcome outcome = process::run(command, limit, [&log](std::string_view text) {
        log << text << std::flush;
        return process::Verdict::Continue;
    });
    if (outcome.timed_out) {
        return std::format("ended at its limit of {} s", limit.count());
    }
    return outcome.status == 0 ? "" : std::format("status {}", outcome.status);
}

std::string run_build(const std::string& preset, process::Seconds limit, const std::string& path) {
    std::ofstream log(path);
    std::error_code problem;
    if (!files::exists("out/" + preset + "/build.ninja", problem)) {
        if (const std::string wrong = run_logged({.arguments = {"cmake", "--preset", preset}}, limit, log);
            !wrong.empty()) {
            return wrong;
        }
    }
    return run_logged({.arguments = {"ninja", "-C", "out/" + preset}}, limit, log);
}

/// Every program of a folder of fuzz targets, one after the other, each for its share of the time.
std::string run_fuzz(const std::string& folder, process::Seconds limit, const std::string& path) {
    std::ofstream log(path);
    std::error_code problem;
    std::vector<std::string> programs;
    for (const auto& entry : files::directory_iterator(folder, problem)) {
        programs.push_back(entry.path().string());
    }
    if (programs.empty()) {
        return folder + " holds no fuzz target";
    }
    std::ranges::sort(programs);
    const int seconds = std::max(1, static_cast<int>(limit.count() * 0.8 / static_cast<double>(programs.size())));
    files::create_directories("out/test/fuzz", problem);
    for (const std::string& program : programs) {
        const std::string corpus = "out/test/fuzz/" + files::path(program).filename().string();
        const std::string seeds = "tests/fuzz/corpus/" + files::path(program).filename().string();
        files::create_directories(corpus, problem);
        process::Command command{.arguments = {program, std::format("-max_total_time={}", seconds),
                                               "-rss_limit_mb=1024", "-timeout=5", "-print_final_stats=1",
                                               "-artifact_prefix=" + corpus + ".", corpus}};
        if (files::exists(seeds, problem)) {
            command.arguments.push_back(seeds);
        }
        if (const std::string wrong = run_logged(command, process::Seconds{seconds + 30.0}, log); !wrong.empty()) {
            return program + ": " + wrong;
        }
    }
    return {};
}

TestJob job_of(const plan::Job& job) {
    TestJob result{.name = job.name, .budget = job.budget, .cores = job.cores, .needs = job.needs, .run = {}};
    if (!job.build.empty()) {
        result.run = [job](const std::string& log) { return run_build(job.build, job.limit, log); };
    } else if (!job.fuzz.empty()) {
        result.run = [job](const std::string& log) { return run_fuzz(job.fuzz, job.limit, log); };
    } else {
        result.run = [job](const std::string& path) {
            std::ofstream log(path);
            return run_logged({.arguments = job.command}, job.limit, log);
        };
    }
    return result;
}

TestJob job_of(const scenario::Case& wanted) {
    const auto run = [wanted](const std::string& log) {
        // A socket's path is short; the log's folder may not be.
        const std::string socket =
            std::format("/tmp/tess-{}-{}", getpid(), std::hash<std::string>{}(wanted.name) % 1000000);
        return scenario::run_case(
            wanted, {.builds = "out", .log = log, .scratch = "out/test/scratch/" + wanted.name, .socket_base = socket});
    };
    std::vector needs{wanted.kernel};
    if (!wanted.system.empty()) {
        needs.emplace_back("user-release"); // where the programs of bundles come from
    }
    return {.name = wanted.name, .budget = wanted.budget, .cores = 1, .needs = std::move(needs), .run = run};
}

/// Adds the jobs of one scenario file.
std::string add_scenarios(const std::string& path, const Selection& selection, std::vector<TestJob>& jobs) {
    bool found = false;
    const auto cases = scenario::parse_cases(read_file(path, found), path);
    if (!cases) {
        return cases.error();
    }
    for (const scenario::Case& wanted : *cases) {
        if ((selection.long_forms || !wanted.long_form) &&
            plan::is_selected(wanted.name, wanted.budget, selection.names)) {
            jobs.push_back(job_of(wanted));
        }
    }
    return {};
}

/// Gates share the copy: one at a time.
TestJob job_of(const gate::Gate& gate) {
    const auto run = [gate](const std::string& log) {
        const std::string wrong = gate::update_copy(".", std::string(kCopy));
        return wrong.empty() ? gate::run_gate(gate, std::string(kCopy), log) : wrong;
    };
    return {.name = gate.name, .budget = gate.budget, .cores = 2, .needs = {}, .run = run};
}

/// Adds the jobs of one file of gates.
std::string add_gates(const std::string& path, const Selection& selection, std::vector<TestJob>& jobs) {
    bool found = false;
    const auto gates = gate::parse_gates(read_file(path, found), path);
    if (!gates) {
        return gates.error();
    }
    for (const gate::Gate& gate : *gates) {
        if ((selection.long_forms || !gate.long_form) && plan::is_selected(gate.name, gate.budget, selection.names)) {
            jobs.push_back(job_of(gate));
        }
    }
    return {};
}

std::vector<std::string> toml_files(std::string_view folder) {
    std::vector<std::string> paths;
    std::error_code problem;
    for (const auto& entry : files::directory_iterator(folder, problem)) {
        if (entry.path().extension() == ".toml") {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

/// A part is run on fresh builds; what is built already costs a moment.
void add_needed_builds(const std::vector<plan::Job>& planned, std::vector<TestJob>& jobs) {
    for (const plan::Job& job : planned) {
        const auto needs = [&job](const TestJob& other) { return std::ranges::contains(other.needs, job.build); };
        const bool there = std::ranges::contains(jobs, job.name, &TestJob::name);
        if (!job.build.empty() && !there && std::ranges::any_of(jobs, needs)) {
            jobs.push_back(job_of(job));
        }
    }
}

/// In the order of the budget's lines, else as they came.
void sort_by_budget(std::vector<TestJob>& jobs) {
    bool found = false;
    const std::vector<plan::Budget> budgets = plan::parse_budgets(read_file("docs/testing.md", found));
    const auto place = [&budgets](const TestJob& job) {
        return std::ranges::find(budgets, job.budget, &plan::Budget::line) - budgets.begin();
    };
    std::ranges::stable_sort(jobs, {}, place);
}

} // namespace

std::expected<std::vector<TestJob>, std::string> collect_jobs(const Selection& selection) {
    bool found = false;
    const auto planned = plan::parse_plan(read_file(std::string(kPlan), found), std::string(kPlan));
    if (!planned) {
        return std::unexpected(planned.error());
    }
    std::vector<TestJob> jobs;
    for (const plan::Job& job : *planned) {
        if ((selection.long_forms || !job.long_form) && plan::is_selected(job.name, job.budget, selection.names)) {
            jobs.push_back(job_of(job));
        }
    }
    for (const std::string_view folder : kScenarios) {
        for (const std::string& path : toml_files(folder)) {
            if (const std::string problem = add_scenarios(path, selection, jobs); !problem.empty()) {
                return std::unexpected(problem);
            }
        }
    }
    for (const std::string& path : toml_files(kGates)) {
        if (const std::string problem = add_gates(path, selection, jobs); !problem.empty()) {
            return std::unexpected(problem);
        }
    }
    add_needed_builds(*planned, jobs);
    sort_by_budget(jobs);
    return jobs;
}

} // namespace tess
