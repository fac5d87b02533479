/// tessera_lint: the checks of the tree that no compiler makes. `tessera_lint --help` lists them.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <print>
#include <string_view>

#include "tools/lint/checks.hpp"
#include "tools/lint/tool_checks.hpp"

namespace {

using lint::File;
using lint::Findings;
using Files = std::vector<File>;

struct Check {
    std::string_view name;
    std::string_view purpose;
    Findings (*run)(const Files& files);
};

constexpr std::array kChecks{
    Check{"includes", "every #include points down",
          [](const Files& files) { return lint::check_includes(files, lint::read_text("tests/lint/arrows.txt")); }},
    Check{"raw_buffers", "raw memory only in the files that may",
          [](const Files& files) {
              return lint::check_raw_buffers(files, lint::read_text("tests/lint/raw_buffer_files.txt"));
          }},
    Check{"names", "names, forbidden words, conditionals", lint::check_names},
    Check{"sizes", "lengths of files, functions, scripts", lint::check_sizes},
    Check{"readmes", "a README in every folder, links that lead somewhere", lint::check_readmes},
    Check{"format", "clang-format has nothing to change", lint::check_format},
    Check{"headers", "every header compiles alone", lint::check_headers},
    Check{"tidy", "clang-tidy, the checks of .clang-tidy", lint::check_tidy},
    Check{"compile_fail", "what must not compile does not", lint::check_compile_fail},
    Check{"vector_instructions", "no SSE, AVX or x87 in the kernel",
          [](const Files&) { return lint::check_vector_instructions(); }},
    Check{"coverage", "tests run 85 % of the lines of base and libs", lint::check_coverage},
};

void print_usage(std::FILE* to) {
    std::println(to, "usage: tessera_lint CHECK ...      from the root of the tree\n  {:<20} every one", "all");
    for (const Check& check : kChecks) {
        std::println(to, "  {:<20} {}", check.name, check.purpose);
    }
}

bool run(const Check& check, const Files& files) {
    const auto start = std::chrono::steady_clock::now();
    const Findings findings = check.run(files);
    for (const lint::Finding& finding : findings) {
        std::println("{}:{}: {}\n    remedy: {}", finding.path, finding.line, finding.message, finding.remedy);
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    std::println("{}: {} findings, {:.1f} s", check.name, findings.size(), time.count());
    return findings.empty();
}

int run_all(const std::vector<std::string_view>& names) {
    const Files files = lint::read_tree();
    if (files.empty() || lint::read_text("CMakePresets.json").empty()) {
        std::println(stderr, "error: the current folder is not the root of the tree");
        return 2;
    }
    bool good = true;
    for (const Check& check : kChecks) {
        if (std::ranges::contains(names, check.name) || std::ranges::contains(names, "all")) {
            good = run(check, files) && good;
        }
    }
    return good ? 0 : 1;
}

} // namespace

int main(int count, char** arguments) {
    // SAFETY: the C run time passes `count` words.
#pragma clang unsafe_buffer_usage begin
    const std::vector<std::string_view> names(arguments + 1, arguments + count);
#pragma clang unsafe_buffer_usage end
    if (std::ranges::contains(names, "--help") || std::ranges::contains(names, "-h")) {
        print_usage(stdout);
        return 0;
    }
    for (const std::string_view name : names) {
        if (name != "all" && !std::ranges::contains(kChecks, name, &Check::name)) {
            std::println(stderr, "error: there is no check '{}'", name);
            print_usage(stderr);
            return 2;
        }
    }
    if (names.empty()) {
        print_usage(stderr);
        return 2;
    }
    return run_all(names);
}
