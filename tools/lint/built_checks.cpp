#include <algorithm>
#include <filesystem>
#include <format>
#include <map>
#include <print>

#include "tools/lint/checks.hpp"
#include "tools/lint/tool_checks.hpp"
#include "tools/lint/tool_run.hpp"

namespace lint {

namespace {

namespace file_system = std::filesystem;

constexpr const char* kCoverage = "out/host-asan";
constexpr const char* kProfiles = "out/host-asan/profiles";
constexpr const char* kMerged = "out/host-asan/profiles/all.profdata";

std::vector<std::string> test_programs() {
    std::vector<std::string> programs;
    std::error_code problem;
    for (const auto& entry : file_system::recursive_directory_iterator(kCoverage, problem)) {
        const auto permissions = entry.status(problem).permissions();
        if (entry.is_regular_file(problem) && entry.path().filename().string().ends_with("_test") &&
            (permissions & file_system::perms::owner_exec) != file_system::perms::none) {
            programs.push_back(entry.path().string());
        }
    }
    std::ranges::sort(programs);
    return programs;
}

/// Runs each program and leaves a profile beside the others.
Findings run_programs(const std::vector<std::string>& programs) {
    std::error_code problem;
    file_system::remove_all(kProfiles, problem);
    std::vector<ToolRun> runs;
    for (const std::string& program : programs) {
        const std::string profile = std::format("LLVM_PROFILE_FILE={}/{}.profraw", kProfiles, name_of(program));
        runs.push_back({program, {"env", profile, program, "--gtest_brief=1"}, {}});
    }
    return run_tools(runs, ResultCache("coverage"), [](const ToolRun& run, int status, const std::string& output) {
        return status == 0 ? Findings{} : Findings{{run.path, 0, output, "mend the test first"}};
    });
}

/// The lcov summary of what the programs ran.
std::string summarize(const std::vector<std::string>& programs, Findings& findings) {
    std::vector<std::string> merge{"llvm-profdata-19", "merge", "-sparse", "-o", kMerged};
    std::vector<std::string> summary{"llvm-cov-19", "export", "-format=lcov", "-summary-only",
                                     std::format("-instr-profile={}", kMerged)};
    for (const std::string& program : programs) {
        merge.push_back(std::format("{}/{}.profraw", kProfiles, name_of(program)));
        if (program != programs.front()) {
            summary.emplace_back("-object");
        }
        summary.push_back(program);
    }
    output_of(merge, findings);
    return findings.empty() ? output_of(summary, findings) : std::string{};
}

/// Where an instruction came from, by the line table.
bool stands_in_arch(const std::string& elf, const std::string& address) {
    const auto symbolized = tess::process::capture(
        {.arguments = {"llvm-symbolizer-19", "--obj=" + elf, "0x" + address}}, tess::process::Seconds{30});
    const std::vector<std::string> lines = split_lines(symbolized.output);
    return lines.size() > 1 && lines[1].contains("kernel/arch/");
}

Findings check_kernel(const std::string& elf) {
    Findings findings;
    const VectorInstructions found =
        find_vector_instructions(output_of({"llvm-objdump-19", "-d", "--no-show-raw-insn", elf}, findings));
    if (found.seen == 0) {
        findings.push_back({elf, 0, "no instruction to be seen", "build it first"});
    }
    for (const Instruction& instruction : found.forbidden) {
        findings.push_back({elf, 0, std::format("{}: {}", instruction.address, instruction.text),
                            "the kernel keeps out of the registers of programs: no float, no vector type"});
    }
    for (const Instruction& instruction : found.state_saving) {
        if (!stands_in_arch(elf, instruction.address)) {
            findings.push_back({elf, 0, std::format("{}: {}", instruction.address, instruction.text),
                                "only kernel/arch saves and restores the state of programs"});
        }
    }
    for (const std::string& symbol : find_soft_float(output_of({"llvm-nm-19", elf}, findings))) {
        findings.push_back({elf, 0, std::format("{}: floating point in software", symbol), "compute with integers"});
    }
    if (findings.empty()) {
        std::println("{}: {} instructions, {} that save state", elf, found.seen, found.state_saving.size());
    }
    return findings;
}

} // namespace

Findings check_coverage(const std::vector<File>& files) {
    const std::vector<std::string> programs = test_programs();
    if (programs.empty()) {
        return {{kCoverage, 0, "no test program", "cmake --preset host-asan && ninja -C out/host-asan"}};
    }
    Findings findings = run_programs(programs);
    if (!findings.empty()) {
        return findings;
    }
    const std::string lcov = summarize(programs, findings);
    std::error_code problem;
    const std::string root = file_system::current_path(problem).string();
    const std::vector<FolderCoverage> rows = sum_coverage(lcov, root);
    for (const FolderCoverage& row : rows) {
        std::println("{:<24} {:>5} of {:>5} lines  {:>5.1f} %", row.folder, row.covered, row.lines,
                     row.lines == 0 ? 100.0 : 100.0 * row.covered / row.lines);
    }
    append(findings, judge_coverage(rows, lcov, files, root));
    return findings;
}

Findings check_vector_instructions() {
    Findings findings;
    for (const char* preset : {"kernel-release", "kernel-debug"}) {
        append(findings, check_kernel(std::format("out/{}/kernel/tessera.debug.elf", preset)));
    }
    return findings;
}

} // namespace lint
