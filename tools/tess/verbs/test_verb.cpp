#include <algorithm>
#include <print>

#include "tools/tess/verbs/test_run.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess test [NAME ...] [--long] [--list]     (./test is: tess test)
  NAME       a budget line (host, kernel, systems ...), a job (boot.pvh_q35), or a part of one between dots; none: all
  --long     the long forms too
  --list     prints the jobs and runs none)";

} // namespace

ExitStatus test_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--long", "--list", "--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    auto jobs = collect_jobs({.names = options->words, .long_forms = options->has("--long")});
    if (!jobs) {
        std::println(stderr, "error: {}", jobs.error());
        return ExitStatus::Failed;
    }
    if (jobs->empty()) {
        return refuse("no job is named so; --list shows them", kUsage);
    }
    if (options->has("--list")) {
        for (const TestJob& job : *jobs) {
            std::println("{:<12} {}", job.budget, job.name);
        }
        return ExitStatus::Good;
    }
    return run_jobs(*jobs, !options->has("--long"));
}

} // namespace tess
