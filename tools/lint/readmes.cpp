#include <algorithm>
#include <filesystem>
#include <format>
#include <set>

#include "tools/lint/checks.hpp"

namespace lint {

namespace {

constexpr std::size_t kScreen = 60;

/// Folders that hold only headers give an #include its path; the folder above tells about them.
bool is_source(const File& file) { return file.has_extension(".cpp") || file.has_extension(".S"); }

bool leads_somewhere(const std::string& page, const std::string& link, const std::set<std::string>& known) {
    const std::string path = (std::filesystem::path(folder_of(page)) / link).lexically_normal().string();
    const std::string trimmed = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    return known.contains(trimmed) || trimmed == ".";
}

bool is_outside(std::string_view link) {
    return link.contains("://") || link.starts_with('#') || link.starts_with("mailto:");
}

/// Every `](target)` of a line.
void check_links(const File& file, int number, const std::string& line, const std::set<std::string>& known,
                 Findings& findings) {
    for (std::size_t at = line.find("]("); at != std::string::npos; at = line.find("](", at + 1)) {
        const std::size_t begin = at + 2;
        std::string link = line.substr(begin, line.find(')', begin) - begin);
        link = link.substr(0, link.find('#', 1));
        if (!is_outside(link) && !leads_somewhere(file.path, link, known)) {
            findings.push_back({file.path, number, std::format("the link to '{}' leads nowhere", link),
                                "paths are relative to the page"});
        }
    }
}

void check_page(const File& file, const std::set<std::string>& known, Findings& findings) {
    const std::vector<std::string> lines = split_lines(file.text);
    if (name_of(file.path) == "README.md" && lines.size() > kScreen) {
        findings.push_back({file.path, 0,
                            std::format("{} lines; a README fits on a screen of {}", lines.size(), kScreen),
                            "move the rest to a page of docs/"});
    }
    bool fenced = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        fenced = lines[i].starts_with("```") ? !fenced : fenced;
        if (!fenced) {
            check_links(file, static_cast<int>(i) + 1, lines[i], known, findings);
        }
    }
}

/// Files and all their folders.
std::set<std::string> known_paths(const std::vector<File>& files) {
    std::set<std::string> known;
    for (const File& file : files) {
        for (std::string path = file.path; !path.empty(); path = folder_of(path)) {
            known.insert(path);
        }
    }
    return known;
}

} // namespace

Findings check_readmes(const std::vector<File>& files) {
    Findings findings;
    const std::set<std::string> known = known_paths(files);
    std::set<std::string> told;
    for (const File& file : files) {
        const std::string folder = folder_of(file.path);
        if (is_source(file) && !folder.ends_with("compile_fail") && !known.contains(folder + "/README.md") &&
            told.insert(folder).second) {
            findings.push_back(
                {folder, 0, "a folder with sources and no README.md",
                 "say in a screen what it is for, its main types, what it may depend on, how to test it"});
        }
        if (file.has_extension(".md")) {
            check_page(file, known, findings);
        }
    }
    return findings;
}

} // namespace lint
