/// Good tables of every kind, for tests and fuzz targets; the tests of each decoder know what is in them.
#pragma once

#include "libs/acpi/fake_tables.hpp"

namespace acpi {

/// Two processors, an I/O APIC, overrides, NMIs, and a structure that nobody knows.
inline Blob good_madt() {
    using base::u16, base::u32, base::u64, base::u8;
    Blob body;
    body.put_all(u32{0xfee00000}, u32{1});
    body.put_all(u8{0}, u8{8}, u8{0}, u8{0}, u32{1});
    body.put_all(u8{9}, u8{16}, u16{0}, u32{0x1234}, u32{2}, u32{7});
    body.put_all(u8{0x7f}, u8{5}, u8{1}, u8{2}, u8{3});
    body.put_all(u8{1}, u8{12}, u8{2}, u8{0}, u32{0xfec00000}, u32{24});
    body.put_all(u8{2}, u8{10}, u8{0}, u8{9}, u32{20}, u16{0xf});
    body.put_all(u8{3}, u8{8}, u16{5}, u32{33});
    body.put_all(u8{4}, u8{6}, u8{0xff}, u16{0}, u8{1});
    body.put_all(u8{10}, u8{12}, u16{0}, u32{3}, u8{0}, u8{0}, u16{0});
    return body.put_all(u8{5}, u8{12}, u16{0}, u64{0x1'fee0'0000});
}

/// A processor of each kind, and memory in two domains.
inline Blob good_srat() {
    using base::u16, base::u32, base::u64, base::u8;
    Blob body;
    body.put_all(u32{1}, u64{0});
    body.put_all(u8{0}, u8{16}, u8{1}, u8{4}, u32{1}, u8{0}, u8{2}, u16{0}, u32{9});
    body.put_all(u8{2}, u8{24}, u16{0}, u32{0x300}, u32{0x1234}, u32{1}, u32{8}, u32{0});
    body.put_all(u8{1}, u8{40}, u32{0}, u16{0}, u64{0}, u64{0x8000'0000}, u32{0}, u32{1}, u64{0});
    body.put_all(u8{0x55}, u8{2});
    return body.put_all(u8{1}, u8{40}, u32{0x301}, u16{0}, u64{1ULL << 32}, u64{1ULL << 30}, u32{0}, u32{7}, u64{0});
}

/// Two localities.
inline Blob good_slit() {
    using base::u8;
    return Blob().put_all(base::u64{2}, u8{10}, u8{20}, u8{21}, u8{10});
}

/// Attributes of two memories, a latency of 1 by 2 domains and a bandwidth of 1 by 1.
inline Blob good_hmat() {
    using base::u16, base::u32, base::u64, base::u8;
    Blob body;
    body.put(u32{0});
    body.put_all(u16{0}, u16{0}, u32{40}, u16{1}, u16{0}, u32{5}, u32{6}).fill(20);
    body.put_all(u16{0}, u16{0}, u32{40}, u16{0}, u16{0}, u32{5}, u32{7}).fill(20);
    body.put_all(u16{9}, u16{0}, u32{12}, u32{0});
    body.put_all(u16{1}, u16{0}, u32{48}, u8{0}, u8{0}, u8{0}, u8{0}, u32{1}, u32{2}, u32{0}, u64{1000});
    body.put_all(u32{5}, u32{6}, u32{7}, u16{10}, u16{0xffff});
    body.put_all(u16{1}, u16{0}, u32{42}, u8{1}, u8{3}, u8{0}, u8{0}, u32{1}, u32{1}, u32{0}, u64{100});
    return body.put_all(u32{5}, u32{6}, u16{50});
}

/// Two segments.
inline Blob good_mcfg() {
    using base::u16, base::u32, base::u64, base::u8;
    Blob body;
    body.put(u64{0}).put_all(u64{0xb0000000}, u16{0}, u8{0}, u8{255}, u32{0});
    return body.put_all(u64{0x40'0000'0000}, u16{1}, u8{16}, u8{31}, u32{0});
}

/// What good_fadt() calls its DSDT until the machine knows better.
inline constexpr base::u32 kDsdtOfFadt = 0x1000;

/// An FADT of ACPI 6.5 for a PC, its extended registers empty. Offsets in this table count from the header.
class FadtBuilder {
  public:
    FadtBuilder() {
        using base::u16, base::u32, base::u8;
        body_.fill(276 - sizeof(TableHeader));
        set(40, kDsdtOfFadt).set(46, u16{9}).set(48, u32{0xb2}).set(52, u8{0xf1}).set(53, u8{0xf0});
        set(56, u32{0x600}).set(64, u32{0x604}).set(76, u32{0x608});
        set(88, u8{4}).set(89, u8{2}).set(91, u8{4}).set(108, u8{0x32}).set(109, u16{3});
        set(112, u32{1U << 8 | 1U << 10}).set_register(116, 1, 8, 0xcf9).set(128, u8{6});
    }

    template <class T>
    FadtBuilder& set(base::usize offset, T value) {
        body_.set(offset - sizeof(TableHeader), value);
        return *this;
    }

    FadtBuilder& set_register(base::usize offset, base::u8 space, base::u8 width, base::u64 address) {
        return set(offset, space).set(offset + 1, width).set(offset + 4, address);
    }

    /// The table ends at `size`.
    FadtBuilder& cut(base::usize size) {
        body_.cut(size - sizeof(TableHeader));
        return *this;
    }

    [[nodiscard]] const Blob& body() const { return body_; }

  private:
    Blob body_;
};

inline Blob good_hpet() {
    using base::u16, base::u32, base::u64, base::u8;
    Blob body;
    body.put(u32{0x8086a201}).put_all(u8{0}, u8{64}, u8{0}, u8{0}, u64{0xfed00000});
    return body.put_all(u8{0}, u16{100}, u8{0});
}

/// A DSDT as QEMU's: something, then \_S5_ = {5, 4, 0, 0}, then something.
inline Blob good_dsdt() {
    constexpr std::string_view kS5("\x08_S5_\x12\x08\x04\x0a\x05\x0a\x04\x00\x00", 14);
    return Blob().put_text("\x10\x20_SB_ and _S5_ as a mere word ").put_text(kS5).put_text("tail");
}

/// A machine with all of them, in an RSDT and an XSDT.
inline FakeMachine good_machine() {
    FakeMachine machine;
    const auto dsdt = static_cast<base::u32>(machine.put(make_table("DSDT", 2, good_dsdt())).value());
    machine.add("FACP", 6, FadtBuilder().set(40, dsdt).body());
    machine.add("APIC", 5, good_madt());
    machine.add("SRAT", 3, good_srat());
    machine.add("SLIT", 1, good_slit());
    machine.add("HMAT", 2, good_hmat());
    machine.add("MCFG", 1, good_mcfg());
    machine.add("HPET", 1, good_hpet());
    machine.finish_rsdt();
    machine.finish_xsdt();
    return machine;
}

} // namespace acpi
