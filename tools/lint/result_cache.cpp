#include "tools/lint/result_cache.hpp"

#include <algorithm>
#include <filesystem>
#include <format>
#include <ranges>
#include <span>

#include "libs/digest/sha256.hpp"

namespace lint {

Includes::Includes(const std::vector<File>& files) {
    for (const File& file : files) {
        by_name_.emplace(name_of(file.path), &file);
    }
}

std::string Includes::text_of(const std::vector<std::string>& paths) const {
    std::set<std::string> seen;
    std::string text;
    for (const std::string& path : paths) {
        add(path, seen, text);
    }
    return text;
}

void Includes::add(const std::string& path, std::set<std::string>& seen, std::string& text) const {
    const auto [first, last] = by_name_.equal_range(name_of(path));
    for (const auto& [name, file] : std::ranges::subrange(first, last)) {
        // A header may be found below an include folder of its target: its path then ends with what was written.
        const bool is_meant = file->path == path || file->path.ends_with("/" + path);
        if (!is_meant || !seen.insert(file->path).second) {
            continue;
        }
        text += file->text;
        for (const std::string& line : split_lines(file->text)) {
            if (line.starts_with("#include \"")) {
                add(line.substr(10, line.find('"', 10) - 10), seen, text);
            }
        }
    }
}

std::string ResultCache::path_of(std::string_view content) const {
    const auto digest = digest::hexadecimal(digest::sha256(std::as_bytes(std::span(content))));
    return std::format("out/cache/lint/{}/{}", check_, std::string_view(digest));
}

bool ResultCache::has_passed(std::string_view content) const {
    std::error_code problem;
    return std::filesystem::exists(path_of(content), problem);
}

void ResultCache::note_pass(std::string_view content) const { write_text(path_of(content), ""); }

} // namespace lint
