/// Remembers what passed, by content, so that a check runs again only on what changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/lint/tree.hpp"

namespace lint {

/// The text of `path` and of every file it includes by "path", each once. Files outside of the tree do not count: they
/// change with a package, whose version belongs into the key.
std::string with_includes(const std::string& path, const std::vector<File>& files);

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
