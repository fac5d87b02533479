#include <algorithm>
#include <format>
#include <optional>
#include <regex>

#include "tools/lint/tool_checks.hpp"
#include "tools/lint/tool_run.hpp"
#include "tools/lint/worlds.hpp"

namespace lint {

namespace {

constexpr const char* kCompiler = "clang++-19";
/// To start it costs as much as a few files.
constexpr std::size_t kFormattedTogether = 16;
constexpr std::string_view kMarker = "// expect-error: ";

/// Some target compiles a source of `header`'s name, or a test of that, which includes it first: it stands alone.
bool is_compiled_alone(const File& header, const std::vector<File>& files, const Worlds& worlds) {
    const std::string stem = header.path.substr(0, header.path.rfind('.'));
    const std::string include = std::format("#include \"{}\"", header.path);
    return std::ranges::any_of(files, [&](const File& file) {
        const bool is_its_own = file.path == stem + ".cpp" || file.path == stem + "_test.cpp";
        const std::size_t first = is_its_own ? file.text.find("#include") : std::string::npos;
        return first != std::string::npos && file.text.substr(first).starts_with(include) && worlds.has(file.path);
    });
}

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
    const std::optional<Worlds> worlds = Worlds::read(findings);
    if (!worlds) {
        return findings;
    }
    const std::string version = version_of(kCompiler);
    const Includes includes(files);
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        if (file.is_header() && !is_foreign(file) && !is_compiled_alone(file, files, *worlds)) {
            std::vector<std::string> command = with_words({kCompiler}, worlds->of(file.path).flags_for(file.path));
            command = with_words(
                command, {"-fsyntax-only", "-fno-color-diagnostics", "-x", "c++", "-include", file.path, "/dev/null"});
            runs.push_back({file.path, command, key_of(version, command, includes.text_of({file.path}))});
        }
    }
    return run_tools(runs, ResultCache("headers"), [](const ToolRun& run, int status, const std::string& output) {
        return status == 0 ? Findings{} : parse_diagnostics(output, run.path, "include what the header itself uses");
    });
}

Findings check_format(const std::vector<File>& files) {
    const std::vector<std::string> tool{"clang-format-19", "--dry-run", "-Werror"};
    const std::string version = version_of("clang-format-19") + read_text(".clang-format");
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        if (!file.is_cpp() || file.path.starts_with("cmake/")) {
            continue;
        }
        if (runs.empty() || runs.back().command.size() == tool.size() + kFormattedTogether) {
            runs.push_back({file.path, tool, version});
        }
        runs.back().command.push_back(file.path);
        runs.back().key += file.path + file.text;
    }
    return run_tools(runs, ResultCache("format"), [](const ToolRun& run, int status, const std::string& output) {
        Findings wrong = status == 0 ? Findings{} : parse_diagnostics(output, run.path, "");
        // One of a file is enough.
        const auto [last, end] = std::ranges::unique(wrong, {}, &Finding::path);
        wrong.erase(last, end);
        for (Finding& finding : wrong) {
            finding.remedy = "clang-format-19 -i " + finding.path;
        }
        return wrong;
    });
}

Findings check_compile_fail(const std::vector<File>& files) {
    Findings findings;
    const std::optional<Worlds> worlds = Worlds::read(findings);
    if (!worlds) {
        return findings;
    }
    std::vector<ToolRun> runs;
    for (const File& file : files) {
        if (file.has_extension(".cpp") && file.path.contains("/compile_fail/")) {
            runs.push_back({file.path,
                            with_words(with_words({kCompiler}, worlds->host.flags_for(file.path)),
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
