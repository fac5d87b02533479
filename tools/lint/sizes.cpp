#include <algorithm>
#include <array>
#include <format>

#include "tools/lint/checks.hpp"
#include "tools/lint/source_text.hpp"

namespace lint {

namespace {

constexpr int kScriptLines = 80;
constexpr int kCodeLines = 500;
constexpr int kFunctionLines = 60;

std::size_t indentation_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// What opens a block that is no function.
bool opens_other_block(std::string_view line) {
    constexpr std::array<std::string_view, 10> kOther{"namespace", "class", "struct", "union",  "enum",
                                                      "if",        "for",   "while",  "switch", "extern"};
    return std::ranges::any_of(kOther, [line](std::string_view word) {
        return line.starts_with(word) && has_word(line.substr(0, word.size() + 1), word);
    });
}

/// Of code that clang-format laid out, a function's first line ends in `) {` or the like, and its brace closes at the
/// same indentation.
bool opens_function(std::string_view line) {
    const std::string_view text = trim(line);
    return text.ends_with('{') && text.contains(')') && !text.starts_with('}') && !opens_other_block(text);
}

void check_functions(const File& file, const std::vector<std::string>& code, Findings& findings) {
    for (std::size_t begin = 0; begin < code.size(); ++begin) {
        if (!opens_function(code[begin])) {
            continue;
        }
        const std::size_t indentation = indentation_of(code[begin]);
        std::size_t end = begin + 1;
        while (end < code.size() && (trim(code[end]).empty() || indentation_of(code[end]) > indentation)) {
            ++end;
        }
        const int lines = static_cast<int>(end - begin) - 1;
        if (lines > kFunctionLines) {
            findings.push_back({file.path, static_cast<int>(begin) + 1,
                                std::format("a function of {} lines; {} are the most", lines, kFunctionLines),
                                "give its parts names of their own"});
        }
    }
}

void check_source(const File& file, Findings& findings) {
    const std::vector<std::string> code = split_lines(separate(file.text).code);
    const auto lines = std::ranges::count_if(code, [](const std::string& line) { return !trim(line).empty(); });
    if (lines > kCodeLines) {
        findings.push_back({file.path, 0, std::format("{} lines of code; {} are the most", lines, kCodeLines),
                            "one object to a file: split it"});
    }
    check_functions(file, code, findings);
}

void check_script(const File& file, Findings& findings) {
    const std::size_t lines = split_lines(file.text).size();
    if (lines > kScriptLines) {
        findings.push_back({file.path, 0,
                            std::format("a shell script of {} lines; {} are the most", lines, kScriptLines),
                            "write what it knows in C++ under tools/"});
    }
}

bool is_script(const File& file) {
    const std::string_view first = std::string_view(file.text).substr(0, file.text.find('\n'));
    return file.has_extension(".sh") || (first.starts_with("#!") && first.ends_with("sh"));
}

} // namespace

Findings check_sizes(const std::vector<File>& files) {
    Findings findings;
    for (const File& file : files) {
        if (file.is_cpp()) {
            check_source(file, findings);
        } else if (is_script(file)) {
            check_script(file, findings);
        }
    }
    return findings;
}

} // namespace lint
