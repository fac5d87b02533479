#include "tools/lint/compile_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <format>
#include <ranges>

#include "tools/lint/tree.hpp"
#include "tools/tess/process/process.hpp"

namespace lint {

namespace {

constexpr tess::process::Seconds kConfigureLimit{120};

/// The value of a line like `  "name": "value",`; empty if it is another's.
std::string field(std::string_view line, std::string_view name) {
    const std::string start = std::format("\"{}\": \"", name);
    std::string_view text = trim(line);
    if (!text.starts_with(start)) {
        return {};
    }
    text.remove_prefix(start.size());
    std::string value;
    for (std::size_t i = 0; i < text.size() && text[i] != '"'; ++i) {
        i += text[i] == '\\' ? 1U : 0U;
        value += i < text.size() ? text[i] : '\\';
    }
    return value;
}

std::string relative_to(const std::string& root, const std::string& path) {
    return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

/// As a shell hands it on: a character behind a backslash is itself.
std::string without_escapes(const std::string& word) {
    std::string plain;
    for (std::size_t i = 0; i < word.size(); ++i) {
        i += word[i] == '\\' && i + 1 < word.size() ? 1U : 0U;
        plain += word[i];
    }
    return plain;
}

/// What stands behind the compiler's name, without the file and its output. Link time optimisation writes no
/// diagnostics.
std::vector<std::string> flags_of(const std::string& command) {
    const std::vector<std::string> words = split_words(command);
    const auto compiler = std::ranges::find_if(words, [](const std::string& word) { return word.contains("clang"); });
    std::vector<std::string> flags;
    for (auto at = compiler == words.end() ? compiler : compiler + 1; at != words.end(); ++at) {
        if (*at == "-o" || *at == "-c" || *at == "-MF" || *at == "-MT") {
            ++at;
            if (at == words.end()) {
                break;
            }
        } else if (!at->starts_with("-flto") && *at != "-MD") {
            flags.push_back(without_escapes(*at));
        }
    }
    return flags;
}

} // namespace

CompileCommands CompileCommands::parse(std::string_view text, const std::string& root) {
    CompileCommands result;
    std::string command;
    for (const std::string& line : split_lines(text)) {
        if (std::string value = field(line, "command"); !value.empty()) {
            command = std::move(value);
        } else if (const std::string file = field(line, "file"); !file.empty()) {
            result.commands_[relative_to(root, file)] = command;
        }
    }
    return result;
}

std::expected<CompileCommands, std::string> CompileCommands::of_preset(const std::string& preset) {
    const std::string path = std::format("out/{}/compile_commands.json", preset);
    std::error_code problem;
    if (!std::filesystem::exists(path, problem)) {
        const auto configured = tess::process::capture({{"cmake", "--preset", preset}}, kConfigureLimit);
        if (configured.outcome.status != 0) {
            return std::unexpected(std::format("cannot configure {}:\n{}", preset, configured.output));
        }
    }
    return parse(read_text(path), std::filesystem::current_path(problem).string());
}

std::vector<std::string> CompileCommands::flags_for(const std::string& path) const {
    if (const auto exact = commands_.find(path); exact != commands_.end()) {
        return flags_of(exact->second);
    }
    const auto is_cpp = [](const auto& entry) { return entry.first.ends_with(".cpp"); };
    for (std::string folder = folder_of(path); !folder.empty(); folder = folder_of(folder)) {
        const auto is_beside = [&](const auto& entry) { return is_cpp(entry) && folder_of(entry.first) == folder; };
        const auto is_below = [&](const auto& entry) { return is_cpp(entry) && entry.first.starts_with(folder + "/"); };
        auto at = std::ranges::find_if(commands_, is_beside);
        at = at == commands_.end() ? std::ranges::find_if(commands_, is_below) : at;
        if (at != commands_.end()) {
            return flags_of(at->second);
        }
    }
    const auto any = std::ranges::find_if(commands_, is_cpp);
    return any == commands_.end() ? std::vector<std::string>{} : flags_of(any->second);
}

std::vector<std::string> CompileCommands::paths() const {
    std::vector<std::string> result;
    for (const auto& [path, command] : commands_) {
        result.push_back(path);
    }
    return result;
}

} // namespace lint
