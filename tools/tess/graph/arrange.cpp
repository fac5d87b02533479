#include <algorithm>
#include <set>

#include "tools/tess/graph/graph.hpp"

namespace tess::graph {

namespace {

using Rows = std::map<std::string, std::size_t>;

std::string provider_of(const system::Use& use) {
    const auto dot = use.from.find('.');
    return use.from.starts_with("kernel.") ? use.from : use.from.substr(0, dot);
}

/// Pushes providers below their users. A circle would go down forever; it stops where all stand below each other.
Rows find_rows(const system::System& system) {
    Rows rows;
    for (const auto& [name, component] : system.components) {
        rows[name] = 0;
    }
    const std::size_t deepest = system.components.size();
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& [name, component] : system.components) {
            for (const auto& [use_name, use] : component.uses) {
                std::size_t& row = rows[provider_of(use)];
                const std::size_t below = rows[name] + 1;
                changed = changed || (row < below && below <= deepest);
                row = below <= deepest ? std::max(row, below) : row;
            }
        }
    }
    return rows;
}

/// Rows without gaps; objects of the kernel below everything.
Layers in_layers(const Rows& rows) {
    std::map<std::size_t, std::vector<std::string>> by_row;
    std::vector<std::string> kernel;
    for (const auto& [name, row] : rows) {
        (name.starts_with("kernel.") ? kernel : by_row[row]).push_back(name);
    }
    Layers layers;
    for (auto& [row, names] : by_row) {
        layers.push_back(std::move(names));
    }
    if (!kernel.empty()) {
        layers.push_back(std::move(kernel));
    }
    return layers;
}

/// The mean place of those in `above` that use it; its own place if none does.
double pull(const system::System& system, const std::vector<std::string>& above, const std::string& name,
            std::size_t own) {
    double sum = 0;
    double count = 0;
    for (std::size_t place = 0; place < above.size(); ++place) {
        const auto user = system.components.find(above[place]);
        const bool uses = user != system.components.end() &&
                          std::ranges::any_of(user->second.uses,
                                              [&name](const auto& entry) { return provider_of(entry.second) == name; });
        sum += uses ? static_cast<double>(place) : 0;
        count += uses ? 1 : 0;
    }
    return count == 0 ? static_cast<double>(own) : sum / count;
}

void order(const system::System& system, const std::vector<std::string>& above, std::vector<std::string>& layer) {
    std::vector<std::pair<double, std::string>> pulls;
    for (std::size_t place = 0; place < layer.size(); ++place) {
        pulls.emplace_back(pull(system, above, layer[place], place), layer[place]);
    }
    std::ranges::stable_sort(pulls, {}, &std::pair<double, std::string>::first);
    std::ranges::transform(pulls, layer.begin(), &std::pair<double, std::string>::second);
}

} // namespace

Layers arrange(const system::System& system) {
    Layers layers = in_layers(find_rows(system));
    for (std::size_t i = 1; i < layers.size(); ++i) {
        order(system, layers[i - 1], layers[i]);
    }
    return layers;
}

} // namespace tess::graph
