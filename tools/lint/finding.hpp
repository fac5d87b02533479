/// What a check complains about: where, what is wrong, and what to do.
#pragma once

#include <string>
#include <vector>

namespace lint {

struct Finding {
    std::string path; ///< relative to the root of the tree
    int line = 0;     ///< from 1; 0 means the whole file
    std::string message;
    std::string remedy;

    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

inline void append(Findings& into, Findings more) {
    into.insert(into.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace lint
