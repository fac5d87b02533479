/// What is wrong with a description, for the person who wrote it.
#pragma once

#include <string>
#include <vector>

#include "tools/tess/system/place.hpp"

namespace tess::system {

enum class Severity {
    Error,
    Warning,
    Note, ///< to be known, not to be changed
};

struct Finding {
    Place place;
    Severity severity = Severity::Error;
    std::string rule; ///< empty: it is not written as descriptions are
    std::string problem;
    std::string remedy; ///< empty: of a note
};

using Findings = std::vector<Finding>;

/// In the order of their places: "systems/web.toml:31:17: error: files.root offers rwxgm, d asked [routes]" and
/// "  remedy: ..." on a line of its own. The last line has no end.
std::string text_of(Findings findings, const Places& places);

/// Whether one of them is an error; if `strict`, or a warning.
bool has_errors(const Findings& findings, bool strict = false);

} // namespace tess::system
