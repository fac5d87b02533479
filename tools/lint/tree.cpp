#include "tools/lint/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include "tools/tess/process/process.hpp"

namespace lint {

namespace {

constexpr tess::process::Seconds kGitLimit{60};

bool is_text(const std::string& text) { return text.find('\0') == std::string::npos; }

} // namespace

bool File::is_cpp() const { return has_extension(".hpp") || has_extension(".cpp"); }

bool File::is_test() const {
    return has_extension("_test.cpp") || has_extension("_ktest.cpp") || has_extension("_fuzz.cpp");
}

std::vector<File> read_tree() {
    const auto listed =
        tess::process::capture({{"git", "ls-files", "--cached", "--others", "--exclude-standard"}}, kGitLimit);
    std::vector<File> files;
    if (listed.outcome.status != 0) {
        return files;
    }
    std::vector<std::string> paths = split_lines(listed.output);
    std::ranges::sort(paths);
    for (const std::string& path : paths) {
        std::error_code problem;
        if (std::filesystem::is_regular_file(path, problem)) {
            File file{path, read_text(path)};
            if (is_text(file.text)) {
                files.push_back(std::move(file));
            }
        }
    }
    return files;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool write_text(const std::string& path, std::string_view text) {
    std::error_code problem;
    if (const std::string folder = folder_of(path); !folder.empty()) {
        std::filesystem::create_directories(folder, problem);
    }
    const std::string part = path + ".part" + std::to_string(getpid());
    {
        std::ofstream file(part, std::ios::binary);
        file << text;
        if (!file.flush()) {
            return false;
        }
    }
    std::filesystem::rename(part, path, problem);
    return !problem;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::vector<std::string> split_words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    return {std::istream_iterator<std::string>(stream), {}};
}

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string{} : std::string(path.substr(0, slash));
}

std::string name_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string top_of(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

} // namespace lint
