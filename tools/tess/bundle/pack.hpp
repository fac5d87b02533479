/// Boot bundles on the host: packed from a system's description, and read back for people.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "tools/tess/system/system.hpp"

namespace tess::bundle {

/// Where the plan stands in the bundle of a system that has components.
inline constexpr std::string_view kPlanName = "plan";

/// Packs the files that `system` lists, and its plan if it has components, into out/systems/NAME.bundle and returns
/// that path. A bundle that is already so keeps its time. An error is in words for the user; among others what speaks
/// against the description.
std::expected<std::string, std::string> pack(const system::System& system);

/// What the bundle at `path` holds: a line for the whole, then one for each file with its size, digest and whether its
/// content is intact. An error if it is no bundle or damaged.
struct Listing {
    std::string text;
    bool is_intact = true;
};

std::expected<Listing, std::string> list(const std::string& path);

} // namespace tess::bundle
