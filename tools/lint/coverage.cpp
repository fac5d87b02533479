#include <algorithm>
#include <charconv>
#include <format>
#include <map>
#include <set>

#include "tools/lint/checks.hpp"

namespace lint {

namespace {

constexpr int kLeast = 85;

/// What an lcov summary says about one file.
struct FileCoverage {
    std::string path;
    int lines = 0;
    int covered = 0;
};

int number_in(std::string_view text) {
    int value = 0;
    std::from_chars(std::to_address(text.begin()), std::to_address(text.end()), value);
    return value;
}

/// Test programs of several libraries compile the same header; llvm-cov has merged them.
std::vector<FileCoverage> parse_summary(std::string_view lcov, const std::string& root) {
    std::vector<FileCoverage> rows;
    for (const std::string& line : split_lines(lcov)) {
        const std::string_view text = line;
        if (text.starts_with("SF:")) {
            std::string path = line.substr(3);
            if (path.starts_with(root + "/")) {
                path.erase(0, root.size() + 1);
            }
            rows.push_back({path.starts_with("./") ? path.substr(2) : path});
        } else if (text.starts_with("LF:") && !rows.empty()) {
            rows.back().lines = number_in(text.substr(3));
        } else if (text.starts_with("LH:") && !rows.empty()) {
            rows.back().covered = number_in(text.substr(3));
        }
    }
    return rows;
}

/// "base", "async", "protocols" or "libs/NAME"; empty for what is not counted.
std::string counted_folder(const std::string& path) {
    if (path.ends_with("_test.cpp") || path.ends_with("_fuzz.cpp") || path.ends_with("_ktest.cpp")) {
        return {};
    }
    for (const std::string_view whole : {"base", "async", "protocols"}) {
        if (path.starts_with(whole) && path.substr(whole.size()).starts_with('/')) {
            return std::string(whole);
        }
    }
    const std::size_t slash = path.find('/', 5);
    return path.starts_with("libs/") && slash != std::string::npos ? path.substr(0, slash) : std::string{};
}

} // namespace

std::vector<FolderCoverage> sum_coverage(std::string_view lcov, const std::string& root) {
    std::map<std::string, FolderCoverage> folders;
    for (const FileCoverage& file : parse_summary(lcov, root)) {
        if (const std::string folder = counted_folder(file.path); !folder.empty()) {
            FolderCoverage& row = folders[folder];
            row.folder = folder;
            row.lines += file.lines;
            row.covered += file.covered;
        }
    }
    std::vector<FolderCoverage> rows;
    for (auto& [name, row] : folders) {
        rows.push_back(row);
    }
    return rows;
}

Findings judge_coverage(const std::vector<FolderCoverage>& rows, std::string_view lcov, const std::vector<File>& files,
                        const std::string& root) {
    Findings findings;
    for (const FolderCoverage& row : rows) {
        if (row.covered * 100 < row.lines * kLeast) {
            findings.push_back({row.folder, 0,
                                std::format("tests run {} of {} lines, less than {} %", row.covered, row.lines, kLeast),
                                "test what they leave out: llvm-cov-19 show names the lines"});
        }
    }
    std::set<std::string> seen;
    for (const FileCoverage& file : parse_summary(lcov, root)) {
        seen.insert(file.path);
    }
    for (const File& file : files) {
        if (file.has_extension(".cpp") && !file.path.contains("/compile_fail/") && !counted_folder(file.path).empty() &&
            !seen.contains(file.path)) {
            findings.push_back(
                {file.path, 0, "no host test program contains it", "add a tessera_test() to its folder"});
        }
    }
    return findings;
}

} // namespace lint
