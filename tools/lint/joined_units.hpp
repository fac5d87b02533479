/// Sources that one run of a tool looks at together, so that what all of them include is read once.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lint {

/// A source as the compiler gets it.
struct CompiledSource {
    std::string path;
    std::vector<std::string> flags;
    std::string_view text;
};

/// Sources with the same flags.
struct JoinedUnit {
    std::vector<std::string> members; ///< paths, at least one
    std::vector<std::string> flags;

    /// A source that includes them all.
    [[nodiscard]] std::string text() const;
};

/// What `text` declares for itself, as far as the layout of a line shows it: names in its anonymous namespace, and
/// those outside of any.
std::set<std::string> own_names(std::string_view text);

/// Every source in one unit, those together whose own names are not in each other's way. `sources` are sorted by path.
std::vector<JoinedUnit> join_units(const std::vector<CompiledSource>& sources);

} // namespace lint
