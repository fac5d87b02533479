#include <algorithm>
#include <format>
#include <map>
#include <optional>
#include <ranges>
#include <set>

#include "tools/lint/checks.hpp"

namespace lint {

namespace {

constexpr std::string_view kTable = "tests/lint/arrows.txt";

/// What files below one folder may include.
struct Arrow {
    std::string folder;
    std::vector<std::string> targets;
    bool apart = false; ///< its sub-folders may not include each other
};

std::vector<Arrow> parse_arrows(std::string_view text) {
    std::vector<Arrow> arrows;
    for (const std::string& line : split_lines(text)) {
        const std::size_t colon = line.find(':');
        if (line.starts_with('#') || colon == std::string::npos) {
            continue;
        }
        Arrow arrow{line.substr(0, colon), split_words(std::string_view(line).substr(colon + 1)), false};
        arrow.apart = std::erase(arrow.targets, "(apart)") > 0;
        arrows.push_back(std::move(arrow));
    }
    return arrows;
}

bool is_below(std::string_view path, std::string_view folder) {
    return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

/// The first two parts of a path: what one library or service owns.
std::string owner_of(std::string_view path) {
    const std::size_t first = path.find('/');
    return std::string(path.substr(0, first == std::string_view::npos ? first : path.find('/', first + 1)));
}

std::string target_of(std::string_view folder) {
    std::string name(folder);
    std::ranges::replace(name, '/', '_');
    return name;
}

/// The libraries of the tree, as their CMakeLists.txt declare them.
class Libraries {
  public:
    explicit Libraries(const std::vector<File>& files) {
        for (const File& file : files) {
            if (name_of(file.path) == "CMakeLists.txt") {
                read(file);
            }
        }
    }

    [[nodiscard]] bool knows(const std::string& target) const { return depends_.contains(target); }

    [[nodiscard]] bool reaches(const std::string& from, const std::string& to) const {
        std::set<std::string> seen;
        return reaches(from, to, seen);
    }

    [[nodiscard]] Findings cycles() const {
        Findings findings;
        for (const auto& [target, depends] : depends_) {
            for (const std::string& other : depends) {
                if (reaches(other, target) && target <= other) {
                    findings.push_back({places_.at(target), 0,
                                        std::format("{} and {} depend on each other", target, other),
                                        "move what both need into a library below them"});
                }
            }
        }
        return findings;
    }

  private:
    void read(const File& file) {
        constexpr std::string_view kCall = "tessera_library(";
        const std::string& text = file.text;
        for (std::size_t at = text.find(kCall); at != std::string::npos; at = text.find(kCall, at + 1)) {
            const std::size_t begin = at + kCall.size();
            const std::vector<std::string> words = split_words(text.substr(begin, text.find(')', begin) - begin));
            if (words.empty()) {
                continue;
            }
            const auto depends = std::ranges::find(words, "DEPENDS");
            places_[words[0]] = file.path;
            depends_[words[0]].insert(depends == words.end() ? depends : depends + 1, words.end());
        }
    }

    bool reaches(const std::string& from, const std::string& to, std::set<std::string>& seen) const {
        const auto at = depends_.find(from);
        if (from == to) {
            return true;
        }
        if (at == depends_.end() || !seen.insert(from).second) {
            return false;
        }
        return std::ranges::any_of(at->second, [&](const std::string& next) { return reaches(next, to, seen); });
    }

    std::map<std::string, std::set<std::string>> depends_;
    std::map<std::string, std::string> places_;
};

class IncludeCheck {
  public:
    IncludeCheck(const std::vector<File>& files, std::string_view arrows)
        : arrows_(parse_arrows(arrows)), libraries_(files), files_(files) {}

    Findings run() {
        for (const File& file : files_) {
            if (file.is_cpp() || file.has_extension(".S")) {
                check(file);
            }
        }
        append(findings_, libraries_.cycles());
        return std::move(findings_);
    }

  private:
    void check(const File& file) {
        int number = 0;
        for (const std::string& line : split_lines(file.text)) {
            ++number;
            if (const std::string_view text = trim(line); text.starts_with("#include \"")) {
                const std::string_view rest = text.substr(10);
                check(file, number, std::string(rest.substr(0, rest.find('"'))));
            }
        }
    }

    void check(const File& file, int line, const std::string& included) {
        const auto add = [&](std::string message, std::string remedy) {
            findings_.push_back({file.path, line, std::move(message), std::move(remedy)});
        };
        if (included.starts_with("testing/") || included.starts_with("tests/")) {
            if (!may_test(file)) {
                add("only tests include what is for tests",
                    "move the test into a file named *_test.cpp, *_ktest.cpp or *_fuzz.cpp");
            }
            return;
        }
        const Arrow* const from = arrow_of(file.path);
        if (from == nullptr || arrow_of(included) == nullptr) {
            const std::string& unknown = from == nullptr ? file.path : included;
            add(std::format("'{}' lies below no folder of {}", unknown, kTable),
                "include by path from the root; a new folder gets a line in the table");
        } else if (!allows(*from, file, included)) {
            add(std::format("{} may not include {}", from->folder, included),
                std::format("arrows point down only: {} lists {}", kTable, list(from->targets)));
        } else if (const std::string wrong = between_libraries(file, included); !wrong.empty()) {
            add(wrong, "name it under DEPENDS in the folder's CMakeLists.txt, or do without");
        }
    }

    static bool may_test(const File& file) {
        return file.is_test() || is_below(file.path, "tests") || is_below(file.path, "kernel/testing");
    }

    /// The most particular line of the table.
    [[nodiscard]] const Arrow* arrow_of(std::string_view path) const {
        const Arrow* best = nullptr;
        for (const Arrow& arrow : arrows_) {
            if (is_below(path, arrow.folder) && (best == nullptr || best->folder.size() < arrow.folder.size())) {
                best = &arrow;
            }
        }
        return best;
    }

    static bool allows(const Arrow& from, const File& file, const std::string& included) {
        if (is_below(included, top_of(file.path))) {
            return !from.apart || owner_of(included) == owner_of(file.path);
        }
        return std::ranges::any_of(from.targets,
                                   [&](const std::string& to) { return to == "*" || is_below(included, to); });
    }

    /// The library that a file belongs to; empty if it belongs to none. All folders of async/ are one.
    static std::string library_of(std::string_view path) {
        return is_below(path, "libs") ? owner_of(path) : is_below(path, "async") ? "async" : "";
    }

    /// A library names the libraries it uses; the kernel uses none that awaits.
    std::string between_libraries(const File& file, const std::string& included) const {
        const std::string from = library_of(file.path);
        const std::string to = library_of(included);
        if (to.empty()) {
            return {};
        }
        const std::string used = target_of(to);
        if (!from.empty() && from != to && !file.is_test() && !libraries_.reaches(target_of(from), used)) {
            return std::format("{} does not depend on {}", from, to);
        }
        if (is_below(file.path, "kernel") && libraries_.reaches(used, "async")) {
            return std::format("the kernel may not use {}, which awaits", owner_of(included));
        }
        return {};
    }

    static std::string list(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words) {
            text += (text.empty() ? "" : " ") + word;
        }
        return text.empty() ? "nothing" : text;
    }

    std::vector<Arrow> arrows_;
    Libraries libraries_;
    const std::vector<File>& files_;
    Findings findings_;
};

} // namespace

Findings check_includes(const std::vector<File>& files, std::string_view arrows) {
    return IncludeCheck(files, arrows).run();
}

} // namespace lint
