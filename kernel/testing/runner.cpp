#include "kernel/testing/runner.hpp"

#include <span>
#include <string_view>

#include "kernel/arch/current.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/testing/crash.hpp"
#include "kernel/testing/figure.hpp"
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

/// The run of all tests, on the one processor that runs them.
struct Run {
    ConsoleSink sink;
    bool current_failed = false;
    base::u32 passed = 0;
    base::u32 failed = 0;
};

constinit Run run{};

/// Whether `pattern` occurs in "Suite.Name".
bool is_selected(const TestCase& test, std::string_view pattern) {
    base::FixedText<128> full_name;
    base::print(full_name, "{}.{}", test.suite, test.name);
    return full_name.view().contains(pattern);
}

void run_one(const TestCase& test) {
    base::print(run.sink, "[ RUN  ] {}.{}\n", test.suite, test.name);
    run.current_failed = false;
    test.body();
    ++(run.current_failed ? run.failed : run.passed);
    base::print(run.sink, "[ {} ] {}.{}\n", run.current_failed ? "FAIL" : "OK  ", test.suite, test.name);
}

} // namespace

base::TextSink& fail(std::string_view file, int line, std::string_view expression) {
    run.current_failed = true;
    base::print(run.sink, "{}:{}: expected {}\n", file, line, expression);
    return run.sink;
}

void print_figure(std::string_view name, base::u64 value) { base::print(run.sink, "FIGURE {} {}\n", name, value); }

void run_tests_and_end() {
    const core::Options& options = core::kernel().options;
    if (!options.crash.empty()) {
        provoke_crash(options.crash);
    }
    for (const TestCase& test : std::span(kernel_tests_start, kernel_tests_end)) {
        if (is_selected(test, options.test_pattern)) {
            run_one(test);
        }
    }
    base::print(run.sink, "{} passed, {} failed\n", run.passed, run.failed);
    const bool good = run.failed == 0 && run.passed != 0;
    core::end(good ? core::ExitCode::Success : core::ExitCode::TestsFailed);
}

} // namespace kernel::testing

#pragma clang unsafe_buffer_usage end
