#include "kernel/testing/runner.hpp"

#include <span>
#include <string_view>

#include "kernel/arch/current.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/testing/crash.hpp"
#include "kernel/testing/figure.hpp"
#include "kernel/testing/refusals.hpp"
#include "kernel/testing/skip.hpp"
#include "testing/test.hpp"

#pragma clang unsafe_buffer_usage begin
// SAFETY: a table between two symbols of the linker script.

extern "C" {
extern const kernel::testing::TestCase kernel_tests_start[];
extern const kernel::testing::TestCase kernel_tests_end[];
}

namespace kernel::testing {

namespace {

/// Test output is no log line: it goes to the console as it is.
class ConsoleSink final : public base::TextSink {
  public:
    void write(std::string_view text) override { Arch::write_console(text); }
};

class NoSink final : public base::TextSink {
  public:
    void write(std::string_view) override {}
};

/// The run of all tests, on the one processor that runs them.
struct Run {
    ConsoleSink sink;
    NoSink nowhere;
    bool current_failed = false;
    base::u32 passed = 0;
    base::u32 failed = 0;
    base::u32 leaks = 0;
};

constinit Run run{};

/// Whether one of `patterns`, with commas between them, occurs in "Suite.Name".
[[gnu::noinline]] bool is_selected(const TestCase& test, std::string_view patterns) {
    base::FixedText<128> full_name;
    base::print(full_name, "{}.{}", test.suite, test.name);
    for (base::usize comma = 0; comma != std::string_view::npos;) {
        comma = patterns.find(',');
        if (full_name.view().contains(patterns.substr(0, comma))) {
            return true;
        }
        patterns.remove_prefix(comma == std::string_view::npos ? patterns.size() : comma + 1);
    }
    return false;
}

// What prints has a frame of its own, which is gone while a test runs: the stack is the test's.

[[gnu::noinline]] void announce(std::string_view what, const TestCase& test) {
    base::print(run.sink, "[ {} ] {}.{}\n", what, test.suite, test.name);
}

void run_one(const TestCase& test) {
    announce("RUN ", test);
    run.current_failed = false;
    test.body();
    ++(run.current_failed ? run.failed : run.passed);
    announce(run.current_failed ? "FAIL" : "OK  ", test);
}

base::i64 frames_used() { return static_cast<base::i64>(core::kernel().frames.used().value()); }

[[gnu::noinline]] void note_leak(const TestCase& test, base::i64 frames) {
    ++run.leaks;
    base::print(run.sink, "{}.{}: {} frames are gone after a failed allocation\n", test.suite, test.name, frames);
}

[[gnu::noinline]] void note_refused(const TestCase& test, base::u32 runs) {
    base::print(run.sink, "[ REFUSED ] {}.{}: {} runs\n", test.suite, test.name, runs);
}

/// Runs `test` with allocations that fail. Returns how many did. Its expectations may fail then; where none does, it
/// must have given back what it took, as it does when all goes well (`settled`).
base::u32 run_refused(const TestCase& test, bool settled) {
    const base::i64 before = frames_used();
    run.current_failed = false;
    refusals().begin();
    test.body();
    const base::u32 refused = refusals().end();
    if (settled && !run.current_failed && frames_used() != before) {
        note_leak(test, frames_used() - before);
    }
    return refused;
}

/// Once as ever; then, until no place is left that has not failed, with failures. So the runs are as many as tests and
/// places together.
void run_with_refusals(const TestCase& test) {
    run_one(test);
    const base::i64 before = frames_used();
    test.body();
    const bool settled = frames_used() == before;
    base::u32 runs = 0;
    while (run_refused(test, settled) != 0) {
        ++runs;
    }
    note_refused(test, runs);
}

[[gnu::noinline]] void print_sums(bool with_refusals) {
    // On an emulator that gives each instruction one tick, this bounds what the run has cost.
    base::print(run.sink, "{} ticks since the machine's reset\n", Arch::read_cycle_counter());
    if (with_refusals) {
        base::print(run.sink, "{} places that allocate failed once, {} leaks\n", refusals().places(), run.leaks);
    }
    base::print(run.sink, "{} passed, {} failed\n", run.passed, run.failed);
}

} // namespace

base::TextSink& fail(std::string_view file, int line, std::string_view expression) {
    run.current_failed = true;
    if (refusals().is_active()) {
        return run.nowhere; // some allocation failed: that the test goes on is all that is asked
    }
    base::print(run.sink, "{}:{}: expected {}\n", file, line, expression);
    return run.sink;
}

void print_figure(std::string_view name, base::u64 value, std::string_view unit) {
    base::print(run.sink, "FIGURE {} {} {}\n", name, value, unit);
}

void print_skipped(std::string_view why) { base::print(run.sink, "[ SKIP ] {}\n", why); }

void run_tests_and_end() {
    const core::Options& options = core::kernel().options;
    if (!options.crash.empty()) {
        provoke_crash(options.crash);
    }
    for (const TestCase& test : std::span(kernel_tests_start, kernel_tests_end)) {
        if (is_selected(test, options.test_pattern)) {
            options.refuse_allocations ? run_with_refusals(test) : run_one(test);
        }
    }
    print_sums(options.refuse_allocations);
    const bool refused = !options.refuse_allocations || refusals().places() != 0;
    const bool good = run.failed == 0 && run.passed != 0 && run.leaks == 0 && refused;
    core::end(good ? core::ExitCode::Success : core::ExitCode::TestsFailed);
}

} // namespace kernel::testing

#pragma clang unsafe_buffer_usage end
