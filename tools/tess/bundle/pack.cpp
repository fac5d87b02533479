#include "tools/tess/bundle/pack.hpp"

#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <unistd.h>

#include "abi/error.hpp"
#include "base/text_view.hpp"
#include "libs/bundle/bundle.hpp"
#include "libs/bundle/bundle_writer.hpp"
#include "tools/tess/prove/prove.hpp"

namespace tess::bundle {

namespace {

namespace files = std::filesystem;

using Bytes = std::vector<std::byte>;

std::optional<Bytes> read_bytes(const std::string& path) {
    std::error_code problem;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open() || files::is_directory(path, problem)) {
        return std::nullopt;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return Bytes(bytes.begin(), bytes.end());
}

/// Whole or not at all: a guest may be reading the old one.
bool replace(const std::string& path, const Bytes& bytes) {
    std::error_code problem;
    // Of this writer alone: several jobs may want the same one.
    const std::string fresh =
        std::format("{}.{}.{}", path, getpid(), std::hash<std::thread::id>{}(std::this_thread::get_id()));
    {
        std::ofstream file(fresh, std::ios::binary);
        file << base::text_view(bytes);
        file.close();
        if (!file) {
            files::remove(fresh, problem);
            return false;
        }
    }
    files::rename(fresh, path, problem);
    return !problem;
}

std::string reason(base::Error error, const system::BundledFile& file) {
    if (error == base::Error::Exists) {
        return std::format("two files want to be '{}' in the bundle", file.to);
    }
    return std::format("'{}' is no name for a file in a bundle: parts separated by single slashes, none '.' or '..'",
                       file.to);
}

using Outcome = std::expected<void, std::string>;

Outcome add_file(const system::System& system, const system::BundledFile& file, ::bundle::BundleWriter& writer) {
    auto content = read_bytes(file.from);
    if (!content) {
        return std::unexpected(std::format("system '{}': cannot read '{}'", system.name, file.from));
    }
    if (file.digest && digest::sha256(*content) != *file.digest) {
        return std::unexpected(
            std::format("system '{}': '{}' has another SHA-256 than the description says", system.name, file.from));
    }
    if (const auto added = writer.add(file.to, std::move(*content)); !added) {
        return std::unexpected(std::format("system '{}': {}", system.name, reason(added.error(), file)));
    }
    return {};
}

/// Nothing is packed that was not proved.
Outcome add_plan(const system::System& system, ::bundle::BundleWriter& writer) {
    const auto findings = prove::prove(system, prove::collect_evidence(system));
    if (system::has_errors(findings)) {
        return std::unexpected(
            std::format("system '{}' is refused:\n{}", system.name, system::text_of(findings, system.places)));
    }
    auto plan = prove::compile(system);
    const system::BundledFile file{.from = "", .to = std::string(kPlanName)};
    if (!plan) {
        return std::unexpected(std::format("system '{}': there is no plan of it", system.name));
    }
    if (const auto added = writer.add(file.to, *std::move(plan)); !added) {
        return std::unexpected(std::format("system '{}': {}", system.name, reason(added.error(), file)));
    }
    return {};
}

Outcome add_all(const system::System& system, ::bundle::BundleWriter& writer) {
    for (const system::BundledFile& file : system.files) {
        if (auto added = add_file(system, file, writer); !added) {
            return added;
        }
    }
    return system.components.empty() ? Outcome{} : add_plan(system, writer);
}

} // namespace

std::expected<std::string, std::string> pack(const system::System& system) {
    ::bundle::BundleWriter writer;
    if (const auto added = add_all(system, writer); !added) {
        return std::unexpected(added.error());
    }
    std::error_code problem;
    files::create_directories("out/systems", problem);
    const std::string path = std::format("out/systems/{}.bundle", system.name);
    const Bytes bytes = writer.finish();
    if (read_bytes(path) != bytes && !replace(path, bytes)) {
        return std::unexpected(std::format("cannot write {}", path));
    }
    return path;
}

std::expected<Listing, std::string> list(const std::string& path) {
    const auto bytes = read_bytes(path);
    if (!bytes) {
        return std::unexpected(std::format("cannot read '{}'", path));
    }
    if (!::bundle::Bundle::is_bundle(*bytes)) {
        return std::unexpected(std::format("'{}' is no boot bundle", path));
    }
    const auto opened = ::bundle::Bundle::open(*bytes);
    if (!opened) {
        return std::unexpected(std::format("'{}': {}", path,
                                           opened.error() == base::Error::Unsupported
                                               ? "a bundle of another version"
                                               : "the header or the index is damaged, or the end is missing"));
    }
    Listing listing{std::format("{}: {} files, {} bytes\n", path, opened->file_count(), opened->size())};
    for (std::size_t i = 0; i < opened->file_count(); ++i) {
        const ::bundle::File file = opened->file(i);
        const bool intact = file.is_intact();
        const auto digest = digest::hexadecimal(file.digest);
        listing.text += std::format("{:>10}  {}  {}{}\n", file.content.size(), std::string_view(digest), file.name,
                                    intact ? "" : "  DAMAGED");
        listing.is_intact = listing.is_intact && intact;
    }
    return listing;
}

} // namespace tess::bundle
