/// Reads a boot bundle in place.
///
///     const Bundle files = TRY(Bundle::open(bytes));
///     const File program = TRY(files.find("bin/init"));
///     if (!program.is_intact()) { return Error::Corrupt; }
#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "libs/bundle/format.hpp"

namespace bundle {

/// A file; its parts lie in the bundle.
struct File {
    std::string_view name;
    std::span<const std::byte> content; ///< begins at a page
    digest::Sha256 digest;

    /// Whether the content is what the index promises. Reads all of it.
    [[nodiscard]] bool is_intact() const { return digest::sha256(content) == digest; }
};

class Bundle {
  public:
    /// Whether `bytes` begin as a bundle does.
    static bool is_bundle(std::span<const std::byte> bytes);

    /// Checks the header, the index and all names, but not the files' contents. `bytes` may be longer than the bundle
    /// and must outlive the result. Unsupported: another version; Corrupt: not a bundle, damaged or cut off.
    static base::Result<Bundle> open(std::span<const std::byte> bytes);

    [[nodiscard]] base::usize file_count() const { return header_.file_count; }

    /// Of the whole bundle, in bytes.
    [[nodiscard]] base::u64 size() const { return header_.size; }

    /// All that it was opened with.
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

    /// `number` is below file_count(); files are sorted by name.
    [[nodiscard]] File file(base::usize number) const;

    /// NotFound if there is no file of this name.
    [[nodiscard]] base::Result<File> find(std::string_view name) const;

  private:
    Bundle(std::span<const std::byte> bytes, const Header& header);

    [[nodiscard]] IndexEntry entry(base::usize number) const;
    [[nodiscard]] std::string_view name(const IndexEntry& entry) const;
    [[nodiscard]] bool is_sound() const;
    [[nodiscard]] bool has_sound_name(const IndexEntry& entry) const;

    std::span<const std::byte> bytes_;
    Header header_;
    std::span<const std::byte> index_;
    std::span<const std::byte> names_;
};

} // namespace bundle
