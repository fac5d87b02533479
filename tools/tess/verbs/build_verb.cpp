#include <print>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/verbs/options.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = "usage: tess build SYSTEM     packs its boot bundle, out/systems/SYSTEM.bundle";

} // namespace

ExitStatus build_verb(const Words& arguments) {
    if (arguments.size() != 1 || arguments[0].starts_with('-')) {
        return refuse("one system is needed", kUsage);
    }
    const auto system = system::load(arguments[0]);
    if (!system) {
        return refuse(system.error(), kUsage);
    }
    const auto path = bundle::pack(*system);
    if (!path) {
        std::println(stderr, "error: {}", path.error());
        return ExitStatus::Failed;
    }
    std::println("{}", *path);
    return ExitStatus::Good;
}

} // namespace tess
