#include <algorithm>
#include <array>
#include <format>
#include <map>
#include <optional>

#include "tools/lint/checks.hpp"
#include "tools/lint/source_text.hpp"

namespace lint {

namespace {

constexpr std::string_view kTable = "tests/lint/raw_buffer_files.txt";
constexpr std::array<std::string_view, 5> kRaw{"unsafe_buffer_usage", "reinterpret_cast", "asm", "__asm__", "volatile"};

/// The first raw word of a file and its line.
struct RawUse {
    std::string_view word;
    int line;
};

std::optional<RawUse> first_raw_use(std::string_view code) {
    int number = 0;
    for (const std::string& line : split_lines(code)) {
        ++number;
        const auto* const word =
            std::ranges::find_if(kRaw, [&line](std::string_view raw) { return has_word(line, raw); });
        if (word != kRaw.end()) {
            return RawUse{*word, number};
        }
    }
    return std::nullopt;
}

/// The files of the table, with the lines that name them.
std::map<std::string, int> parse_table(std::string_view text, Findings& findings) {
    std::map<std::string, int> named;
    int number = 0;
    for (const std::string& line : split_lines(text)) {
        ++number;
        const std::size_t colon = line.find(": ");
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        if (colon == std::string::npos || trim(line.substr(colon + 2)).empty()) {
            findings.push_back({std::string(kTable), number, "an entry without a reason", "write `path: why it must`"});
        }
        named[line.substr(0, colon)] = number;
    }
    return named;
}

} // namespace

Findings check_raw_buffers(const std::vector<File>& files, std::string_view allowed) {
    Findings findings;
    std::map<std::string, int> named = parse_table(allowed, findings);
    for (const File& file : files) {
        if (!file.is_cpp()) {
            continue;
        }
        const SourceText text = separate(file.text);
        const std::optional<RawUse> use = first_raw_use(text.code);
        if (!use) {
            continue;
        }
        if (named.erase(file.path) == 0) {
            findings.push_back({file.path, use->line, std::format("'{}' outside of the files that may", use->word),
                                std::format("use std::span and std::bit_cast; else name the file in {}", kTable)});
        } else if (!text.comments.contains("SAFETY:")) {
            findings.push_back({file.path, use->line, std::format("'{}' without a word on why it is safe", use->word),
                                "say it in a comment that starts with SAFETY:"});
        }
    }
    for (const auto& [path, line] : named) {
        findings.push_back(
            {std::string(kTable), line, std::format("{} needs no exception any more", path), "remove the line"});
    }
    return findings;
}

} // namespace lint
