/// One bootable system, as systems/*.toml describes it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace tess::system {

/// A file of the host that the boot bundle carries.
struct BundledFile {
    std::string from; ///< path on the host, relative to the tree's root
    std::string to;   ///< name in the bundle
};

struct System {
    std::string name;
    std::string machine = "any"; ///< any, q35, pc or microvm
    std::string memory = "128M";
    int cpus = 1;
    std::vector<BundledFile> files;
};

/// Reads a description. An unknown key, a wrong type or an impossible value is an error with its place.
std::expected<System, std::string> parse_system(std::string_view text, const std::string& file_name);

/// Reads systems/NAME.toml; the current folder is the tree's root. An error is in words for the user.
std::expected<System, std::string> load(const std::string& name);

} // namespace tess::system
