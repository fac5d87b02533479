/// Builds MP tables for tests and fuzz targets.
#pragma once

#include "libs/acpi/fake_tables.hpp"
#include "libs/mp_table/mp_table.hpp"

namespace mp_table {

/// Memory from kStart on with a floating pointer and the table that it names.
class FakeMp {
  public:
    static constexpr base::PhysicalAddress kStart{0xe0000};
    static constexpr base::usize kTableOffset = 64;
    static constexpr base::usize kHeaderBytes = 44;

    FakeMp& processor(base::u8 apic_id, base::u8 flags) {
        entries_.put_all(base::u8{0}, apic_id, base::u8{0x14}, flags).fill(16);
        return counted();
    }

    FakeMp& bus(base::u8 id, std::string_view name) {
        entries_.put_all(base::u8{1}, id).put_text(name);
        return counted();
    }

    FakeMp& io_apic(base::u8 id, base::u8 flags, base::u32 address) {
        entries_.put_all(base::u8{2}, id, base::u8{0x11}, flags, address);
        return counted();
    }

    FakeMp& interrupt(base::u8 kind, base::u16 flags, base::u8 bus, base::u8 source, base::u8 io_apic, base::u8 pin) {
        entries_.put_all(base::u8{3}, kind, flags, bus, source, io_apic, pin);
        return counted();
    }

    FakeMp& raw(std::span<const std::byte> bytes) {
        entries_.put_bytes(bytes);
        return counted();
    }

    /// The header will not say how many entries there are.
    FakeMp& uncounted() {
        count_ = 0;
        return *this;
    }

    [[nodiscard]] acpi::Blob build(base::u8 default_configuration = 0) const {
        acpi::Blob memory;
        memory.put_text("_MP_").put(static_cast<base::u32>(kStart.value() + kTableOffset));
        memory.put_all(base::u8{1}, base::u8{4}, base::u8{0}, default_configuration, base::u32{0});
        memory.fill(kTableOffset - memory.size());
        memory.put_text("PCMP").put(static_cast<base::u16>(kHeaderBytes + entries_.size()));
        memory.put_all(base::u8{4}, base::u8{0}).put_text("TESSERA MADE FOR ALL").put_all(base::u32{0}, base::u16{0});
        memory.put_all(count_, base::u32{0xfee00000}, base::u16{0}, base::u8{0}, base::u8{0});
        memory.put_bytes(entries_.bytes());
        fix(memory);
        return memory;
    }

    /// Corrects the checksums of `memory`, by the lengths that stand in it.
    static void fix(acpi::Blob& memory) {
        if (memory.size() >= kTableOffset + kHeaderBytes) {
            memory.fix_sum(0, 16, 10);
            memory.fix_sum(kTableOffset, memory.get<base::u16>(kTableOffset + 4), kTableOffset + 7);
        }
    }

  private:
    FakeMp& counted() {
        ++count_;
        return *this;
    }

    acpi::Blob entries_;
    base::u16 count_ = 0;
};

/// As SeaBIOS makes one for two processors.
inline FakeMp good_mp() {
    FakeMp table;
    table.processor(0, 3).processor(1, 1).processor(2, 0);
    table.bus(0, "PCI   ").bus(1, "ISA   ");
    table.io_apic(5, 1, 0xfec00000);
    table.interrupt(0, 0, 1, 0, 5, 2).interrupt(0, 0, 1, 4, 5, 4).interrupt(0, 0xd, 1, 9, 5, 9);
    table.interrupt(0, 0, 0, 8, 5, 11);
    return table;
}

} // namespace mp_table
