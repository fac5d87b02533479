#include "tools/lint/tool_run.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <format>
#include <mutex>
#include <thread>

#include "tools/lint/tool_checks.hpp"

namespace lint {

namespace {

constexpr tess::process::Seconds kLimit{120};

/// "path:line:column: error: text", as clang and its tools write it.
bool parse_diagnostic(const std::string& line, Finding& finding) {
    for (const std::string_view kind : {": error: ", ": fatal error: ", ": warning: "}) {
        const std::size_t at = line.find(kind);
        const std::size_t path_end = line.find(':');
        if (at == std::string::npos || path_end >= at) {
            continue;
        }
        finding.path = std::filesystem::path(line.substr(0, path_end))
                           .lexically_proximate(std::filesystem::current_path())
                           .string();
        finding.line = std::atoi(line.substr(path_end + 1, at - path_end).c_str());
        finding.message = line.substr(at + kind.size());
        return true;
    }
    return false;
}

} // namespace

Findings parse_diagnostics(const std::string& output, const std::string& path, const std::string& remedy) {
    Findings findings;
    Finding finding;
    finding.remedy = remedy;
    for (const std::string& line : split_lines(output)) {
        if (parse_diagnostic(line, finding)) {
            findings.push_back(finding);
        }
    }
    if (findings.empty()) {
        findings.push_back({path, 0, output, remedy});
    }
    return findings;
}

std::vector<std::string> with_words(std::vector<std::string> command, const std::vector<std::string>& more) {
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

std::string version_of(const char* tool) {
    return tess::process::capture({.arguments = {tool, "--version"}}, tess::process::Seconds{30}).output;
}

std::string key_of(const std::string& version, const std::vector<std::string>& command, const std::string& content) {
    const std::string root = std::filesystem::current_path().string();
    std::string key = version;
    for (const std::string& word : command) {
        const std::size_t at = word.find(root);
        key += (at == std::string::npos ? word : word.substr(0, at) + "." + word.substr(at + root.size())) + '\n';
    }
    return key + content;
}

Findings run_tools(const std::vector<ToolRun>& runs, const ResultCache& cache, const Judge& judge) {
    Findings findings;
    std::mutex lock;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < runs.size(); i = next++) {
            const ToolRun& run = runs[i];
            if (!run.key.empty() && cache.has_passed(run.key)) {
                continue;
            }
            const auto captured = tess::process::capture({.arguments = run.command}, kLimit);
            Findings wrong = judge(run, captured.outcome.status, captured.output);
            if (wrong.empty() && !run.key.empty()) {
                cache.note_pass(run.key);
            }
            const std::scoped_lock guard(lock);
            append(findings, std::move(wrong));
        }
    };
    std::array<std::thread, 2> workers{std::thread(work), std::thread(work)};
    std::ranges::for_each(workers, &std::thread::join);
    std::ranges::sort(findings, {}, [](const Finding& finding) { return std::pair(finding.path, finding.line); });
    // Several sources meet the same header.
    const auto [last, end] = std::ranges::unique(findings);
    findings.erase(last, end);
    return findings;
}

std::string output_of(const std::vector<std::string>& command, Findings& findings) {
    const auto captured = tess::process::capture({.arguments = command}, kLimit);
    if (captured.outcome.status != 0) {
        findings.push_back({command[0], 0, std::format("status {}: {}", captured.outcome.status, captured.output),
                            "run it by hand: " + command[0]});
    }
    return captured.output;
}

} // namespace lint
