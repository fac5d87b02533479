/// What `tess bench` measures.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tess {

/// One figure, measured a few times.
struct Figure {
    std::string name;
    std::string unit;
    std::vector<double> values;

    [[nodiscard]] double median() const {
        std::vector<double> sorted = values;
        std::ranges::sort(sorted);
        return sorted[sorted.size() / 2];
    }
};

using Measured = std::optional<std::vector<Figure>>;

} // namespace tess
