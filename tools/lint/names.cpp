#include <algorithm>
#include <array>
#include <cctype>
#include <format>

#include "tools/lint/checks.hpp"
#include "tools/lint/source_text.hpp"

namespace lint {

namespace {

constexpr std::array<std::string_view, 8> kSnakeCase{".cpp", ".hpp", ".S", ".toml", ".txt", ".cmake", ".py", ".tsv"};
/// Split, so that this file does not hold what it looks for.
constexpr std::array<std::string_view, 3> kForeignPlaces{"../sha"
                                                         "red",
                                                         ".libr"
                                                         "ary",
                                                         "/wor"
                                                         "k/"};
constexpr std::array<std::string_view, 5> kConditionals{"#if", "#ifdef", "#ifndef", "#elif", "#else"};
constexpr std::array<std::string_view, 3> kOpenEnds{"TODO", "FIXME", "XXX"};

/// Headers of other libraries that ours stand in for have their names.
bool is_stand_in(const File& file) { return file.path.starts_with("cmake/freestanding/"); }

bool is_snake_case(std::string_view name) {
    return std::ranges::all_of(
        name, [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '.'; });
}

void check_file_name(const File& file, Findings& findings) {
    const std::string name = name_of(file.path);
    const bool ours = std::ranges::any_of(kSnakeCase, [&name](std::string_view end) { return name.ends_with(end); });
    if (ours && name != "CMakeLists.txt" && !is_snake_case(name.substr(0, name.rfind('.')))) {
        findings.push_back({file.path, 0, "a file's name is in snake_case", "rename it"});
    }
}

void check_places(const File& file, int number, std::string_view line, Findings& findings) {
    for (const std::string_view place : kForeignPlaces) {
        if (line.contains(place)) {
            findings.push_back({file.path, number, std::format("'{}' is not part of the tree", place),
                                "the tree stands alone: take what it needs into it"});
        }
    }
}

/// "TODO(#12)" and "TODO #12" say where the work is planned.
bool has_issue(std::string_view rest) {
    const std::size_t hash = rest.find('#');
    return hash <= 2 && hash + 1 < rest.size() && std::isdigit(static_cast<unsigned char>(rest[hash + 1])) != 0;
}

void check_comment(const File& file, int number, std::string_view comment, Findings& findings) {
    for (const std::string_view word : kOpenEnds) {
        const std::size_t at = comment.find(word);
        if (at != std::string_view::npos && has_word(comment, word) && !has_issue(comment.substr(at + word.size()))) {
            findings.push_back({file.path, number, std::format("{} without the number of an issue", word),
                                "do it now, or file an issue and write TODO(#number)"});
        }
    }
    for (const std::string_view banner : {"=====", "-----", "*****", "/////", "#####"}) {
        if (comment.contains(banner)) {
            findings.push_back({file.path, number, "a banner", "let names and files make the structure visible"});
        }
    }
}

bool is_conditional(std::string_view line) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || !line.starts_with('#')) {
        return false;
    }
    const std::string first = words[0] == "#" && words.size() > 1 ? "#" + words[1] : words[0];
    return std::ranges::contains(kConditionals, first) && !line.contains("__has_");
}

void check_source(const File& file, Findings& findings) {
    const SourceText text = separate(file.text);
    const std::vector<std::string> code = split_lines(text.code);
    const std::vector<std::string> comments = split_lines(text.comments);
    for (std::size_t i = 0; i < code.size(); ++i) {
        const int number = static_cast<int>(i) + 1;
        check_comment(file, number, trim(comments[i]), findings);
        if (is_conditional(trim(code[i]))) {
            findings.push_back({file.path, number, "conditional compilation",
                                "make it a contract that a folder satisfies, or a value: if constexpr"});
        }
    }
    if (file.is_header() && !text.code.contains("#pragma once")) {
        findings.push_back({file.path, 1, "a header without #pragma once", "add it below the opening comment"});
    }
}

} // namespace

Findings check_names(const std::vector<File>& files) {
    Findings findings;
    for (const File& file : files) {
        if (is_stand_in(file)) {
            continue;
        }
        check_file_name(file, findings);
        int number = 0;
        for (const std::string& line : split_lines(file.text)) {
            check_places(file, ++number, line, findings);
        }
        if (file.is_cpp()) {
            check_source(file, findings);
        }
    }
    return findings;
}

} // namespace lint
