/// Builds ACPI tables for tests and fuzz targets: bytes, one table, or a machine's memory with its list.
#pragma once

#include <string_view>
#include <vector>

#include "libs/acpi/tables.hpp"
#include "libs/boot/fake_memory.hpp"

namespace acpi {

/// Bytes that grow at their end.
class Blob {
  public:
    [[nodiscard]] base::usize size() const { return bytes_.size(); }

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

    template <base::PlainBytes T>
    Blob& put(T value) {
        bytes_.resize(bytes_.size() + sizeof(T));
        set(bytes_.size() - sizeof(T), value);
        return *this;
    }

    template <class... T>
    Blob& put_all(T... values) {
        (put(values), ...);
        return *this;
    }

    Blob& put_bytes(std::span<const std::byte> more) {
        bytes_.insert(bytes_.end(), more.begin(), more.end());
        return *this;
    }

    Blob& put_text(std::string_view text) { return put_bytes(std::as_bytes(std::span(text))); }

    Blob& fill(base::usize count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }

    /// Overwrites what stands at `offset`.
    template <base::PlainBytes T>
    Blob& set(base::usize offset, T value) {
        std::memcpy(std::span(bytes_).subspan(offset, sizeof(T)).data(), &value, sizeof(T));
        return *this;
    }

    template <base::PlainBytes T>
    [[nodiscard]] T get(base::usize offset) const {
        return base::ByteReader(bytes().subspan(offset)).read<T>().value();
    }

    void cut(base::usize size) { bytes_.resize(size); }

    /// Sets the byte at `checksum` so that `size` bytes from `start` add up to zero; without effect on what is no range
    /// within.
    void fix_sum(base::usize start, base::usize size, base::usize checksum) {
        if (start > bytes_.size() || size > bytes_.size() - start || checksum >= bytes_.size()) {
            return;
        }
        bytes_[checksum] = std::byte{0};
        base::u32 sum = 0;
        for (const std::byte next : std::span(bytes_).subspan(start, size)) {
            sum += std::to_integer<base::u32>(next);
        }
        bytes_[checksum] = static_cast<std::byte>(0U - sum);
    }

  private:
    std::vector<std::byte> bytes_;
};

/// Where things are in a table's header.
inline constexpr base::usize kLengthOffset = 4;
inline constexpr base::usize kRevisionOffset = 8;
inline constexpr base::usize kChecksumOffset = 9;

/// A whole table with its header and a good checksum.
inline Blob make_table(std::string_view signature, base::u8 revision, const Blob& body) {
    Blob table;
    table.put_text(signature).put(static_cast<base::u32>(sizeof(TableHeader) + body.size())).put(revision);
    table.put(base::u8{0}).put_text("TESSERTESSERA1").put_all(base::u32{1}, base::u32{2}, base::u32{3});
    table.put_bytes(body.bytes());
    table.fix_sum(0, table.size(), kChecksumOffset);
    return table;
}

/// One table in memory, for a decoder's test. It owns the bytes that its Table is a view of.
class FakeTable {
  public:
    FakeTable(std::string_view signature, base::u8 revision, const Blob& body)
        : bytes_(make_table(signature, revision, body)) {}

    [[nodiscard]] Table table() const { return Table::read(boot::FakeMemory(bytes_.bytes(), kStart), kStart).value(); }

    template <class Decoder>
    [[nodiscard]] base::Result<Decoder> decode() const {
        return Decoder::decode(table());
    }

  private:
    static constexpr base::PhysicalAddress kStart{0x1000};

    Blob bytes_;
};

/// The physical memory of a machine from kStart on: its root pointer first, then tables, then their list.
class FakeMachine {
  public:
    static constexpr base::PhysicalAddress kStart{0xe0000};
    static constexpr base::PhysicalAddress kRoot = kStart;
    static constexpr base::usize kRootBytes = 36;

    FakeMachine() { memory_.fill(64); }

    /// Where the next table will be.
    [[nodiscard]] base::PhysicalAddress here() const { return kStart + base::Bytes{memory_.size()}; }

    /// Puts a table into memory, not into the list.
    base::PhysicalAddress put(const Blob& table) {
        const base::PhysicalAddress address = here();
        memory_.put_bytes(table.bytes());
        tables_.push_back(address);
        return address;
    }

    /// Puts a table into memory and the list.
    base::PhysicalAddress add(std::string_view signature, base::u8 revision, const Blob& body) {
        return list(put(make_table(signature, revision, body)));
    }

    /// Puts any address into the list.
    base::PhysicalAddress list(base::PhysicalAddress address) {
        listed_.push_back(address);
        return address;
    }

    /// Writes an RSDT and a root pointer of revision 0 to it.
    base::PhysicalAddress finish_rsdt() {
        rsdt_ = put_list<base::u32>("RSDT");
        write_root(0);
        return rsdt_;
    }

    /// Writes an XSDT and a root pointer of revision 2 to it, and to the RSDT if there is one.
    base::PhysicalAddress finish_xsdt() {
        xsdt_ = put_list<base::u64>("XSDT");
        write_root(2);
        return xsdt_;
    }

    /// Overwrites what stands at `address`.
    template <base::PlainBytes T>
    void set(base::PhysicalAddress address, T value) {
        memory_.set((address - kStart).value(), value);
    }

    /// Corrects a table's checksum by the length that it claims; not if the memory ends before.
    void fix_table(base::PhysicalAddress table) {
        const base::usize offset = (table - kStart).value();
        if (offset + sizeof(TableHeader) > memory_.size()) {
            return;
        }
        memory_.fix_sum(offset, memory_.get<base::u32>(offset + kLengthOffset), offset + kChecksumOffset);
    }

    void fix_root() {
        memory_.fix_sum(0, 20, 8);
        memory_.fix_sum(0, kRootBytes, 32);
    }

    /// Corrects the checksums of everything.
    void fix_all() {
        for (const base::PhysicalAddress table : tables_) {
            fix_table(table);
        }
        fix_root();
    }

    void cut(base::usize size) { memory_.cut(size); }

    [[nodiscard]] base::usize size() const { return memory_.size(); }

    [[nodiscard]] boot::FakeMemory memory() const { return {memory_.bytes(), kStart}; }

  private:
    template <class Entry>
    base::PhysicalAddress put_list(std::string_view signature) {
        Blob body;
        for (const base::PhysicalAddress address : listed_) {
            body.put(static_cast<Entry>(address.value()));
        }
        return put(make_table(signature, 1, body));
    }

    void write_root(base::u8 revision) {
        Blob root;
        root.put_text("RSD PTR ").put(base::u8{0}).put_text("TESSER").put(revision);
        root.put_all(static_cast<base::u32>(rsdt_.value()), base::u32{kRootBytes}, xsdt_.value(), base::u32{0});
        for (base::usize i = 0; i < root.size(); ++i) {
            memory_.set(i, root.get<std::byte>(i));
        }
        fix_root();
    }

    Blob memory_;
    std::vector<base::PhysicalAddress> tables_;
    std::vector<base::PhysicalAddress> listed_;
    base::PhysicalAddress rsdt_;
    base::PhysicalAddress xsdt_;
};

} // namespace acpi
