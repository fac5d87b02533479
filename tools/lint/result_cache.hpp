/// Remembers what passed, by content, so that a check runs again only on what changed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/lint/tree.hpp"

namespace lint {

/// What files of the tree include. Refers to `files`.
class Includes {
  public:
    explicit Includes(const std::vector<File>& files);

    /// The text of `paths` and of every file they include by "path", each once. Files outside of the tree do not
    /// count: they change with a package, whose version belongs into the key.
    [[nodiscard]] std::string text_of(const std::vector<std::string>& paths) const;

  private:
    void add(const std::string& path, std::set<std::string>& seen, std::string& text) const;

    std::multimap<std::string, const File*> by_name_; ///< the last part of their paths
};

/// One check's memory, below out/cache/lint/. Safe for threads: an entry is a file.
class ResultCache {
  public:
    explicit ResultCache(std::string check) : check_(std::move(check)) {}

    [[nodiscard]] bool has_passed(std::string_view content) const;
    void note_pass(std::string_view content) const;

  private:
    [[nodiscard]] std::string path_of(std::string_view content) const;
    std::string check_;
};

} // namespace lint
