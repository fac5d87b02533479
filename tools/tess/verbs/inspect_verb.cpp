#include <print>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = "usage: tess inspect FILE     lists a boot bundle and checks each file in it";

} // namespace

ExitStatus inspect_verb(const Words& arguments) {
    if (arguments.size() != 1 || arguments[0].starts_with('-')) {
        return refuse("one file is needed", kUsage);
    }
    const auto listing = bundle::list(arguments[0]);
    if (!listing) {
        std::println(stderr, "error: {}", listing.error());
        return ExitStatus::Failed;
    }
    std::print("{}", listing->text);
    return listing->is_intact ? ExitStatus::Good : ExitStatus::Failed;
}

} // namespace tess
