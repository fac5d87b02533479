#include "tools/lint/result_cache.hpp"

#include <algorithm>
#include <filesystem>
#include <format>
#include <set>
#include <span>

#include "libs/digest/sha256.hpp"

namespace lint {

namespace {

void add(const std::string& path, const std::vector<File>& files, std::set<std::string>& seen, std::string& text) {
    // A header may be found below an include folder of its target: its path then ends with what was written.
    const auto is_meant = [&path](const File& file) { return file.path == path || file.path.ends_with("/" + path); };
    for (const File& file : files) {
        if (!is_meant(file) || !seen.insert(file.path).second) {
            continue;
        }
        text += file.text;
        for (const std::string& line : split_lines(file.text)) {
            if (line.starts_with("#include \"")) {
                add(line.substr(10, line.find('"', 10) - 10), files, seen, text);
            }
        }
    }
}

} // namespace

std::string with_includes(const std::string& path, const std::vector<File>& files) {
    std::set<std::string> seen;
    std::string text;
    add(path, files, seen, text);
    return text;
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
