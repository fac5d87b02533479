/// What a system does when it is tested.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace tess::system {

/// A component is killed.
struct Injection {
    std::string kill;                    ///< a component
    std::optional<base::u64> after_time; ///< nanoseconds after the start; none:
    std::string after_pattern;           ///< after this was printed
};

struct Expectations {
    std::vector<std::string> prints; ///< patterns, in order
    std::vector<std::string> never;
    base::u64 within = 20'000'000'000; ///< nanoseconds
    std::optional<int> exit;
    std::vector<Injection> inject;
};

} // namespace tess::system
