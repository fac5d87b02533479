#include <print>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/verbs/proved_system.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess build SYSTEM [--strict]
  proves a system and packs its boot bundle with its plan, out/systems/SYSTEM.bundle
  --strict    warnings are errors)";

ExitStatus build(const std::string& name, bool strict) {
    const auto proved = prove_system(name, strict, kUsage);
    if (!proved) {
        return proved.error();
    }
    const auto path = bundle::pack(proved->system);
    if (!path) {
        std::println(stderr, "error: {}", path.error());
        return pack_failure(proved->system);
    }
    std::println("{}", *path);
    return ExitStatus::Good;
}

} // namespace

ExitStatus build_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--strict", "--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() != 1) {
        return refuse("one system is needed", kUsage);
    }
    return build(options->words[0], options->has("--strict"));
}

} // namespace tess
