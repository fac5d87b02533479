/// A table's list of structures that each begin with their type and length.
///
///     SubStructures<ShortHead> rest(bytes);
///     while (const auto structure = TRY(rest.next())) { … }
#pragma once

#include <optional>

#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

/// How the structures of MADT and SRAT begin.
struct ShortHead {
    base::u8 type;
    base::u8 length;
};

/// How the structures of HMAT begin.
struct WideHead {
    base::u16 type;
    base::u16 reserved;
    base::u32 length;
};

/// One structure; `bytes` is all of it, its head included.
struct SubStructure {
    base::u16 type = 0;
    std::span<const std::byte> bytes;

    /// The structure as a `T`, which describes it from its head on. Corrupt if it is shorter.
    template <base::PlainBytes T>
    [[nodiscard]] base::Result<T> as() const {
        return read_front<T>(bytes);
    }
};

/// A position in the list.
template <base::PlainBytes Head>
class SubStructures {
  public:
    explicit SubStructures(std::span<const std::byte> bytes) : rest_(bytes) {}

    /// The next structure, none at the end. Corrupt if its length is less than its head's or leaves the table; where
    /// the one after it begins is not known then, and the list ends.
    base::Result<std::optional<SubStructure>> next() {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const auto all = std::exchange(rest_, {});
        const auto head = TRY(read_front<Head>(all));
        if (head.length < sizeof(Head) || head.length > all.size()) {
            return base::Error::Corrupt;
        }
        rest_ = all.subspan(head.length);
        return SubStructure{.type = head.type, .bytes = all.first(head.length)};
    }

  private:
    std::span<const std::byte> rest_;
};

} // namespace acpi
