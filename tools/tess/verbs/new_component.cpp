#include "tools/tess/verbs/new_component.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <format>

#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

namespace file_system = std::filesystem;

constexpr const char* kFolder = "apps/_template";
constexpr std::size_t kLongestName = 24;

/// Words that a namespace cannot be named, as far as they are lower case and without underscores at their ends.
constexpr std::array<std::string_view, 92> kKeywords{
    "alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
    "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
    "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
    "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
    "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
    "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
    "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
    "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
    "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
    "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
    "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
    "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
    "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
    "xor_eq"};

/// What the template's code and its system call something else.
constexpr std::array<std::string_view, 19> kTaken{
    "abi",    "add",     "apps",  "array",     "async", "base", "client", "errors", "failure", "log",
    "logger", "methods", "needs", "protocols", "reply", "rpc",  "sdk",    "std",    "testing"};

/// What one text of the template becomes.
struct Change {
    std::string_view from;
    std::string to;
};

/// "tea_pot" as "TeaPot".
std::string camel_case(std::string_view name) {
    std::string result;
    bool is_first = true;
    for (const char letter : name) {
        if (letter != '_') {
            result += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
        }
        is_first = letter == '_';
    }
    return result;
}

/// In this order: what comes first is not touched by what comes after it.
std::vector<Change> changes_for(const std::string& name) {
    return {{"systems/test/blank", "systems/" + name},
            {"test/blank", name},
            {"_template", name},
            {"Blank", camel_case(name)},
            {"blank", name}};
}

std::string changed(std::string_view text, const std::vector<Change>& changes) {
    std::string result;
    while (!text.empty()) {
        const auto change =
            std::ranges::find_if(changes, [&](const Change& one) { return text.starts_with(one.from); });
        result += change == changes.end() ? std::string(text.substr(0, 1)) : change->to;
        text.remove_prefix(change == changes.end() ? 1 : change->from.size());
    }
    return result;
}

/// The files of the template, sorted.
std::vector<std::string> template_files() {
    std::vector<std::string> paths{"systems/test/blank.toml", "tests/system/blank.toml"};
    std::error_code problem;
    for (const auto& entry : file_system::directory_iterator(kFolder, problem)) {
        paths.push_back(entry.path().string());
    }
    std::ranges::sort(paths);
    return paths;
}

} // namespace

std::string problem_of_name(std::string_view name) {
    const auto is_good = [](char letter) {
        return std::islower(static_cast<unsigned char>(letter)) != 0 ||
               std::isdigit(static_cast<unsigned char>(letter)) != 0 || letter == '_';
    };
    if (name.empty() || name.size() > kLongestName || !std::ranges::all_of(name, is_good) ||
        std::islower(static_cast<unsigned char>(name.front())) == 0 || name.ends_with('_') || name.contains("__")) {
        return std::format(
            "'{}' is no name: it begins with a letter and has, up to {}, small letters, digits and single "
            "underscores",
            name, kLongestName);
    }
    if (std::ranges::contains(kKeywords, name)) {
        return std::format("'{}' is a word of C++, and would be the name of a namespace", name);
    }
    if (std::ranges::contains(kTaken, name)) {
        return std::format("'{}' names something else in the new component's code or system", name);
    }
    return {};
}

std::expected<std::vector<NewFile>, std::string> make_component(const std::string& name) {
    const std::vector<Change> changes = changes_for(name);
    std::vector<NewFile> files;
    for (const std::string& path : template_files()) {
        bool is_found = false;
        const std::string text = read_file(path, is_found);
        if (!is_found) {
            return std::unexpected(std::format("{} cannot be read", path));
        }
        files.push_back({changed(path, changes), changed(text, changes)});
    }
    std::error_code problem;
    for (const std::string& path : {"apps/" + name, "systems/" + name + ".toml", "tests/system/" + name + ".toml"}) {
        if (file_system::exists(path, problem)) {
            return std::unexpected(std::format("{} exists already", path));
        }
    }
    return files;
}

} // namespace tess
