#include <algorithm>
#include <filesystem>
#include <format>
#include <optional>
#include <regex>

#include "tools/lint/compile_commands.hpp"
#include "tools/lint/tool_checks.hpp"
#include "tools/lint/tool_run.hpp"

namespace lint {

namespace {

constexpr const char* kCompiler = "clang++-19";
constexpr const char* kTidy = "clang-tidy-19";
constexpr std::string_view kMarker = "// expect-error: ";

/// What stands in for the rest of the kernel in tests of the host: threads, mappings, sanitizers may be in it.
bool is_fake(const std::string& path) { return std::filesystem::path(path).filename().string().starts_with("fake_"); }

/// The flags of both worlds: what the kernel links is compiled as the kernel is, the rest as the host's tests are.
struct Worlds {
    CompileCommands kernel;
    CompileCommands host;

    [[nodiscard]] const CompileCommands& of(const std::string& path) const {
        const std::string top = top_of(path);
        const bool in_kernel = top == "abi" || top == "base" || top == "libs" || top == "kernel";
        return in_kernel && !path.starts_with("base/host/") && !is_fake(path) ? kernel : host;
    }
};

std::optional<Worlds> read_worlds(Findings& findings) {
    auto kernel = CompileCommands::of_preset("kernel-release");
    auto host = CompileCommands::of_preset("host-asan");
    for (const auto* commands : {&kernel, &host}) {
        if (!*commands) {
            findings.push_back({"CMakePresets.json", 0, commands->error(), "see the output of cmake"});
            return std::nullopt;
        }
    }
    return Worlds{std::move(*kernel), std::move(*host)};
}

std::string version_of(const char* tool) {
    return tess::process::capture({.arguments = {tool, "--version"}}, tess::process::Seconds{30}).output;
}

std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// The same in every copy of the tree: where it stands does not count.
std::string key_of(const std::string& version, const std::vector<std::string>& command, const std::string& content) {
    const std::string root = std::filesystem::current_path().string();
    std::string key = version;
    for (const std::string& word : command) {
        const std::size_t at = word.find(root);
        key += (at == std::string::npos ? word : word.substr(0, at) + "." + word.substr(at + root.size())) + '\n';
    }
    return key + content;
}

bool is_foreign(const File& file) { return file.path.starts_with("cmake/") || file.path.contains("/compile_fail/"); }

/// The reason that a file's first line gives for being refused.
std::string expected_error(const File& file) {
    const std::string first = file.text.substr(0, file.text.find('\n'));
    return first.starts_with(kMarker) ? first.substr(kMarker.size()) : std::string{};
}

Findings judge_refusal(const File& file, int status, const std::string& output) {
    const std::string expected = expected_error(file);
    if (expected.empty()) {
        return {{file.path, 1, "no reason to be refused", std::format("begin with {}regular expression", kMarker)}};
    }
    if (status == 0) {
        return {{file.path, 1, "it compiles", "what must not be possible has become possible"}};
    }
    if (!std::regex_search(output, std::regex(expected))) {
        return {{file.path, 1, std::format("refused for another reason than '{}':\n{}", expected, output),
                 "name the reason"}};
    }
    return {};
}

} // namespace

Findings check_headers(const std::vector<File>& files) {
    Findings findings;
    const std::optional<Worlds> worlds = read_worlds(findings);
    if (!worlds) {
        return findings;
    }
    const std::string version = version_of(kCompiler);
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        if (file.is_header() && !is_foreign(file)) {
            std::vector<std::string> command = joined({kCompiler}, worlds->of(file.path).flags_for(file.path));
            command = joined(
                command, {"-fsyntax-only", "-fno-color-diagnostics", "-x", "c++", "-include", file.path, "/dev/null"});
            runs.push_back({file.path, command, key_of(version, command, with_includes(file.path, files))});
        }
    }
    return run_tools(runs, ResultCache("headers"), [](const ToolRun& run, int status, const std::string& output) {
        return status == 0 ? Findings{} : parse_diagnostics(output, run.path, "include what the header itself uses");
    });
}

Findings check_tidy(const std::vector<File>& files) {
    Findings findings;
    const std::optional<Worlds> worlds = read_worlds(findings);
    if (!worlds) {
        return findings;
    }
    const std::string version = version_of(kTidy) + read_text(".clang-tidy");
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        const CompileCommands& commands = worlds->of(file.path);
        if (file.has_extension(".cpp") && !file.is_test() && !is_foreign(file) && commands.has(file.path)) {
            const std::vector<std::string> command =
                joined({kTidy, "--quiet", file.path, "--"}, commands.flags_for(file.path));
            runs.push_back({file.path, command, key_of(version, command, with_includes(file.path, files))});
        }
    }
    return run_tools(runs, ResultCache("tidy"), [](const ToolRun& run, int status, const std::string& output) {
        return status == 0 ? Findings{}
                           : parse_diagnostics(output, run.path, "the check's page of clang-tidy tells more");
    });
}

Findings check_format(const std::vector<File>& files) {
    std::vector<ToolRun> runs;
    const std::string key = version_of("clang-format-19") + read_text(".clang-format");
    for (const File& file : files) {
        if (file.is_cpp() && !file.path.starts_with("cmake/")) {
            runs.push_back(
                {file.path, {"clang-format-19", "--dry-run", "-Werror", file.path}, key + file.path + file.text});
        }
    }
    return run_tools(runs, ResultCache("format"), [](const ToolRun& run, int status, const std::string& output) {
        Findings wrong =
            status == 0 ? Findings{} : parse_diagnostics(output, run.path, "clang-format-19 -i " + run.path);
        wrong.resize(std::min<std::size_t>(wrong.size(), 1));
        return wrong;
    });
}

Findings check_compile_fail(const std::vector<File>& files) {
    Findings findings;
    const std::optional<Worlds> worlds = read_worlds(findings);
    if (!worlds) {
        return findings;
    }
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        if (file.has_extension(".cpp") && file.path.contains("/compile_fail/")) {
            runs.push_back({file.path,
                            joined(joined({kCompiler}, worlds->host.flags_for(file.path)),
                                   {"-fsyntax-only", "-fno-color-diagnostics", file.path}),
                            {}});
        }
    }
    return run_tools(runs, ResultCache("compile_fail"),
                     [&files](const ToolRun& run, int status, const std::string& output) {
                         return judge_refusal(*std::ranges::find(files, run.path, &File::path), status, output);
                     });
}

} // namespace lint
