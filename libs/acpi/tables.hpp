/// The machine's list of tables, the RSDT or XSDT: [acpi] 5.2.7 and 5.2.8.
///
///     const auto tables = TRY(Tables::open(memory, root));
///     const auto madt = TRY(tables.decode<Madt>());
#pragma once

#include "base/byte_reader.hpp"
#include "libs/acpi/root.hpp"
#include "libs/acpi/table.hpp"

namespace acpi {

/// What a log says of one entry of the list.
struct TableListing {
    base::PhysicalAddress address;
    Signature signature;      ///< printable; "????" if the table is not in memory
    base::Bytes length;       ///< as the table claims
    base::Result<void> state; ///< why the table cannot be used: the errors of Table::read
};

/// The addresses are copied, so that what the memory holds later cannot make a walk endless. Borrows the memory.
class Tables {
  public:
    /// Machines have about 30; a longer list is garbage.
    static constexpr base::usize kMaximumTables = 128;

    /// Opens the list that the root pointer at `root` names: the XSDT, or the RSDT if there is no good XSDT. Errors of
    /// read_root() and Table::read(); Corrupt if the list is no list or too long; NotFound if the pointer names none.
    static base::Result<Tables> open(const boot::PhysicalReader& memory, base::PhysicalAddress root);

    [[nodiscard]] base::usize count() const { return count_; }

    /// `index` is below count().
    [[nodiscard]] TableListing listing(base::usize index) const;

    /// The table number `instance`, from 0, of those that say they are `signature`. NotFound, or if this one is damaged
    /// the errors of Table::read.
    [[nodiscard]] base::Result<Table> find(Signature signature, base::usize instance = 0) const;

    /// The first table of a decoder's kind, decoded. Errors of find() and of the decoder.
    template <class Decoder>
    [[nodiscard]] base::Result<Decoder> decode() const {
        return Decoder::decode(TRY(find(Decoder::kSignature)));
    }

    /// A table that another one points to, as FADT does to the DSDT. Errors of Table::read.
    [[nodiscard]] base::Result<Table> read(base::PhysicalAddress address) const {
        return Table::read(*memory_, address);
    }

  private:
    explicit Tables(const boot::PhysicalReader& memory) : memory_(&memory) {}

    template <base::PlainBytes Entry>
    base::Result<void> load(base::PhysicalAddress list, Signature signature);

    const boot::PhysicalReader* memory_;
    std::array<base::PhysicalAddress, kMaximumTables> addresses_{};
    base::usize count_ = 0;
};

} // namespace acpi
