#include <print>

#include "tools/tess/verbs/proved_system.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess check [SYSTEM] [--strict]
  proves systems/SYSTEM.toml, or systems/default.toml; docs/systems.md has the rules
  --strict    warnings are errors)";

/// What is not there could not be looked at.
ExitStatus report_not_built(const ProvedSystem& proved) {
    const auto paths = prove::not_built(proved.system, proved.evidence);
    for (const std::string& path : paths) {
        std::println(stderr, "error: {} is not built: what it is and needs was not proved", path);
    }
    return paths.empty() ? ExitStatus::Good : ExitStatus::NotBuilt;
}

std::size_t count_routes(const system::System& system) {
    std::size_t count = 0;
    for (const auto& [name, component] : system.components) {
        count += component.uses.size();
    }
    return count;
}

} // namespace

ExitStatus check_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--strict", "--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() > 1) {
        return refuse("one system at a time", kUsage);
    }
    const std::string name = options->words.empty() ? "default" : options->words[0];
    const auto proved = prove_system(name, options->has("--strict"), kUsage);
    if (!proved) {
        return proved.error();
    }
    if (!proved->notes.empty()) {
        std::println("{}", text_of(proved->notes, proved->system.places));
    }
    std::println("{}: {} components, {} routes: nothing is wrong", name, proved->system.components.size(),
                 count_routes(proved->system));
    return report_not_built(*proved);
}

} // namespace tess
