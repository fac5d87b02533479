/// One bootable system, as systems/*.toml describes it. docs/systems.md is the reference.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/plan/draft.hpp"
#include "tools/tess/system/component.hpp"
#include "tools/tess/system/expectations.hpp"
#include "tools/tess/system/finding.hpp"

namespace tess::system {

/// Larger descriptions are refused before they are read.
inline constexpr std::size_t kMaximumBytes = 1 << 20;

/// A file of the host that the boot bundle carries.
struct BundledFile {
    std::string from;                          ///< path on the host, relative to the tree's root
    std::string to;                            ///< name in the bundle
    std::optional<digest::Sha256> digest = {}; ///< that its content must have
    Place place = {};
};

struct System {
    std::string name;
    std::string machine = "any"; ///< any, q35, pc or microvm
    std::string memory = "128M";
    int cpus = 1;
    std::vector<BundledFile> files = {};
    base::u64 memory_bytes = 128 << 20;
    base::u64 bundle_limit = 64 << 20;
    base::u64 reserve = 8 << 20;
    ::plan::LogLevel log = ::plan::LogLevel::Info;
    std::vector<std::string> include = {}; ///< other descriptions that it is made of, relative to the tree's root
    std::map<std::string, Component> components = {};
    Expectations expect = {};
    Places places = {};
};

/// Reads a description. Unknown keys, wrong types and impossible values are errors, a line and its remedy each:
/// "systems/x.toml:3:1: error: unknown key 'colour' in 'system'". What it includes is read from the current folder.
std::expected<System, std::string> parse_system(std::string_view text, const std::string& file_name);

/// Whether there is a description systems/NAME.toml; the current folder is the tree's root.
bool exists(const std::string& name);

/// Reads it. An error is in words for the user.
std::expected<System, std::string> load(const std::string& name);

} // namespace tess::system
