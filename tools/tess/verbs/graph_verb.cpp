#include <print>

#include "tools/tess/graph/graph.hpp"
#include "tools/tess/verbs/proved_system.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess graph [SYSTEM] > FILE.svg
  draws a system's components and routes, as its description has them)";

} // namespace

ExitStatus graph_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() > 1) {
        return refuse("one system at a time", kUsage);
    }
    const auto system = read_system(options->words.empty() ? "default" : options->words[0], kUsage);
    if (!system) {
        return system.error();
    }
    std::print("{}", graph::draw(*system));
    return ExitStatus::Good;
}

} // namespace tess
