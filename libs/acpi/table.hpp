/// One table whose length and checksum are right.
#pragma once

#include "libs/acpi/signature.hpp"
#include "libs/boot/physical_reader.hpp"

namespace acpi {

/// How every table begins, [acpi] 5.2.6.
struct TableHeader {
    Signature signature;
    base::u32 length; ///< of the whole table
    base::u8 revision;
    base::u8 checksum;
    std::array<char, 6> oem;
    std::array<char, 8> oem_table;
    base::u32 oem_revision;
    base::u32 creator;
    base::u32 creator_revision;
};

static_assert(sizeof(TableHeader) == 36);

/// The header at `address`, as the firmware wrote it. OutOfRange if it is not in memory.
[[nodiscard]] base::Result<TableHeader> read_header(const boot::PhysicalReader& memory, base::PhysicalAddress address);

/// A view of the table's bytes, which live as long as the memory they were read from.
class Table {
  public:
    static constexpr base::Bytes kMaximumLength{1 << 20};

    /// OutOfRange if the table is not all in memory; Corrupt if its length is impossible or its checksum wrong.
    static base::Result<Table> read(const boot::PhysicalReader& memory, base::PhysicalAddress address);

    [[nodiscard]] Signature signature() const { return signature_; }

    [[nodiscard]] base::u8 revision() const { return revision_; }

    [[nodiscard]] base::PhysicalAddress address() const { return address_; }

    /// The whole table: 36 bytes to kMaximumLength.
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

    /// What follows the header.
    [[nodiscard]] std::span<const std::byte> body() const { return bytes_.subspan(sizeof(TableHeader)); }

    /// What follows the header of a table that must be a `wanted`. InvalidArgument if it is another.
    [[nodiscard]] base::Result<std::span<const std::byte>> body_of(Signature wanted) const {
        if (signature_ != wanted) {
            return base::Error::InvalidArgument;
        }
        return body();
    }

  private:
    Table(const TableHeader& header, base::PhysicalAddress address, std::span<const std::byte> bytes)
        : signature_(header.signature), revision_(header.revision), address_(address), bytes_(bytes) {}

    Signature signature_;
    base::u8 revision_;
    base::PhysicalAddress address_;
    std::span<const std::byte> bytes_;
};

} // namespace acpi
