#include <algorithm>
#include <format>
#include <map>
#include <set>

#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

namespace {

/// Who waits for whom, by component.
using Waits = std::map<std::string, std::vector<const Route*>>;
using Cycle = std::vector<const Route*>;

Waits collect_waits(const Model& model) {
    Waits waits;
    for (const Route& route : model.routes()) {
        if (route.offer != nullptr && route.use->route.waits && route.use->cycle_ok.empty()) {
            waits[route.component].push_back(&route);
        }
    }
    return waits;
}

/// Takes away who waits for nobody that is left, until everybody waits for somebody.
void trim(Waits& waits) {
    for (bool changed = true; changed;) {
        changed = false;
        for (auto at = waits.begin(); at != waits.end();) {
            std::erase_if(at->second, [&waits](const Route* route) { return !waits.contains(route->provider); });
            changed = changed || at->second.empty();
            at = at->second.empty() ? waits.erase(at) : std::next(at);
        }
    }
}

/// Follows the first wait of each from the first component on, until one comes again. Everybody waits for somebody.
Cycle walk(const Waits& waits) {
    Cycle path;
    std::map<std::string, std::size_t> seen;
    std::string at = waits.begin()->first;
    while (seen.emplace(at, path.size()).second) {
        path.push_back(waits.at(at).front());
        at = path.back()->provider;
    }
    path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(seen.at(at)));
    return path;
}

std::string text_of(const Cycle& cycle) {
    std::string text = cycle.front()->component;
    for (const Route* route : cycle) {
        text += std::format(" -({})-> {}", route->name, route->provider);
    }
    return text;
}

} // namespace

/// Components of a cycle that is told are left out of the search for others.
void prove_cycles(const Model& model, system::Findings& findings) {
    Report report(model, findings, "cycles");
    Waits waits = collect_waits(model);
    for (trim(waits); !waits.empty(); trim(waits)) {
        const Cycle cycle = walk(waits);
        report.error(cycle.front()->path(), std::format("components wait for each other: {}", text_of(cycle)),
                     "write waits = false for a use whose calls never wait, or cycle_ok = \"why it cannot hang\"");
        for (const Route* route : cycle) {
            waits.erase(route->component);
        }
    }
}

} // namespace tess::prove
