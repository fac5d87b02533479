#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <format>
#include <fstream>
#include <map>
#include <mutex>
#include <print>
#include <ranges>
#include <thread>

#include "tools/tess/plan/plan.hpp"
#include "tools/tess/verbs/test_run.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

using Clock = std::chrono::steady_clock;
using process::Seconds;

constexpr int kCores = 2;
constexpr std::size_t kTailLines = 30;
constexpr std::string_view kLogs = "out/test/logs";

/// The state of a run, shared by the threads that run jobs.
class Run {
  public:
    explicit Run(const std::vector<TestJob>& jobs) : jobs_(jobs) {}

    /// Runs every job: one budget line after the other, so that a line's time means something.
    void run_all() {
        for (std::size_t first = 0; first < jobs_.size() && !process::was_interrupted();) {
            std::size_t last = first;
            while (last < jobs_.size() && jobs_[last].budget == jobs_[first].budget) {
                ++last;
            }
            const auto start = Clock::now();
            run_line(first, last);
            used_[jobs_[first].budget] += Clock::now() - start;
            first = last;
        }
    }

    [[nodiscard]] std::size_t passed() const { return passed_; }

    /// What failed, and the end of its log.
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

    [[nodiscard]] const std::map<std::string, Seconds>& used() const { return used_; }

  private:
    void run_line(std::size_t first, std::size_t last) {
        std::vector<std::thread> threads;
        for (std::size_t i = first; i < last && !process::was_interrupted(); ++i) {
            const int cores = jobs_[i].cores;
            std::unique_lock lock(mutex_);
            freed_.wait(lock, [&] { return free_cores_ >= cores; });
            free_cores_ -= cores;
            threads.emplace_back([this, i, cores] {
                run_one(jobs_[i]);
                const std::lock_guard guard(mutex_);
                free_cores_ += cores;
                freed_.notify_one();
            });
        }
        std::ranges::for_each(threads, &std::thread::join);
    }

    void run_one(const TestJob& job) {
        const std::string log = std::format("{}/{}.log", kLogs, job.name);
        const auto start = Clock::now();
        const std::string problem = job.run(log);
        const Seconds time = Clock::now() - start;
        const std::lock_guard guard(mutex_);
        std::println("[{:>3}/{}] {:.<44} {} {:>7.2f} s", ++finished_, jobs_.size(), job.name + " ",
                     problem.empty() ? "Passed" : "FAILED", time.count());
        if (problem.empty()) {
            ++passed_;
            return;
        }
        const std::vector<std::string> lines = tail_of(log);
        std::println("    {}\n    log: {}", problem, log);
        for (const std::string& line : lines) {
            std::println("    | {}", line);
        }
        // Once more in the end: of a long output somebody may see that alone.
        failures_.push_back(std::format("{}: {}", job.name, problem));
        constexpr std::size_t kLastLines = 5;
        for (const std::string& line : lines | std::views::drop(lines.size() - std::min(lines.size(), kLastLines))) {
            failures_.back() += std::format("\n    | {}", line);
        }
    }

    static std::vector<std::string> tail_of(const std::string& log) {
        std::ifstream file(log);
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) {
            lines.push_back(line);
        }
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(lines.size(), kTailLines)));
        return lines;
    }

    const std::vector<TestJob>& jobs_;
    std::mutex mutex_;
    std::condition_variable freed_;
    int free_cores_ = kCores;
    std::size_t finished_ = 0;
    std::size_t passed_ = 0;
    std::vector<std::string> failures_;
    std::map<std::string, Seconds> used_;
};

} // namespace

ExitStatus run_jobs(const std::vector<TestJob>& jobs, bool hold_budget) {
    std::error_code problem;
    std::filesystem::create_directories(kLogs, problem);
    Run run(jobs);
    run.run_all();
    bool found = false;
    const plan::BudgetReport budget =
        plan::compare(plan::parse_budgets(read_file("docs/testing.md", found)), run.used());
    std::print("\n{}", budget.text);
    std::vector<std::string> failures = run.failures();
    if (hold_budget && budget.exceeded) {
        failures.emplace_back("the budget of docs/testing.md");
    }
    for (const std::string& failure : failures) {
        std::println("failed: {}", failure);
    }
    std::println("{} passed, {} failed", run.passed(), failures.size());
    return failures.empty() && run.passed() == jobs.size() ? ExitStatus::Good : ExitStatus::Failed;
}

} // namespace tess
