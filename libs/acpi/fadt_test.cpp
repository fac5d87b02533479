#include "libs/acpi/fadt.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::PhysicalAddress;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

constexpr u32 kHardwareReduced = 1U << 20;

Fadt decode(const FadtBuilder& builder, u8 revision = 6) {
    return FakeTable("FACP", revision, builder.body()).decode<Fadt>().value();
}

GenericAddress port(u64 address, u16 width) {
    return {.space = AddressSpace::Port, .bit_width = width, .bit_offset = 0, .access_size = 0, .address = address};
}

TEST(Fadt, ReadsAPc) {
    const Fadt fadt = decode(FadtBuilder());
    EXPECT_FALSE(fadt.is_hardware_reduced());
    EXPECT_EQ(fadt.dsdt(), PhysicalAddress{kDsdtOfFadt});
    EXPECT_EQ(fadt.sci_interrupt(), 9);
    EXPECT_EQ(fadt.pm1a_event(), port(0x600, 32));
    EXPECT_EQ(fadt.pm1a_control(), port(0x604, 16));
    EXPECT_EQ(fadt.pm_timer(), port(0x608, 32));
    EXPECT_TRUE(fadt.pm_timer_has_32_bits());
    EXPECT_FALSE(fadt.pm1b_event());
    EXPECT_FALSE(fadt.pm1b_control());
    EXPECT_FALSE(fadt.sleep_control());
    EXPECT_FALSE(fadt.sleep_status());
    EXPECT_EQ(fadt.century_register(), 0x32);
}

TEST(Fadt, ReadsTheSwitch) {
    const auto found = decode(FadtBuilder()).acpi_switch();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->port, 0xb2);
    EXPECT_EQ(found->enable, 0xf1);
    EXPECT_EQ(found->disable, 0xf0);
    EXPECT_FALSE(decode(FadtBuilder().set(48, u32{0})).acpi_switch());
    EXPECT_FALSE(decode(FadtBuilder().set(48, u32{0x10000})).acpi_switch());
    EXPECT_FALSE(decode(FadtBuilder().set(52, u8{0})).acpi_switch());
}

TEST(Fadt, ReadsReset) {
    const auto reset = decode(FadtBuilder()).reset();
    ASSERT_TRUE(reset);
    EXPECT_EQ(reset->place, port(0xcf9, 8));
    EXPECT_EQ(reset->value, 6);
    EXPECT_FALSE(decode(FadtBuilder().set(112, u32{0})).reset());
    EXPECT_FALSE(decode(FadtBuilder().set(120, u64{0})).reset());
}

TEST(Fadt, ExtendedRegistersCount) {
    const Fadt fadt = decode(FadtBuilder()
                                 .set(140, u64{0x1'0000'0000})
                                 .set_register(148, 1, 32, 0x700)
                                 .set_register(160, 1, 32, 0x710)
                                 .set_register(172, 1, 16, 0x720)
                                 .set_register(184, 0, 16, 0xfed80000)
                                 .set_register(208, 1, 32, 0x740));
    EXPECT_EQ(fadt.dsdt(), PhysicalAddress{0x1'0000'0000});
    EXPECT_EQ(fadt.pm1a_event(), port(0x700, 32));
    EXPECT_EQ(fadt.pm1b_event(), port(0x710, 32));
    EXPECT_EQ(fadt.pm1a_control(), port(0x720, 16));
    EXPECT_EQ(fadt.pm1b_control()->space, AddressSpace::Memory);
    EXPECT_EQ(fadt.pm_timer(), port(0x740, 32));
}

TEST(Fadt, ReducedHardwareHasOnlyTheSleepRegisters) {
    const FadtBuilder builder = FadtBuilder()
                                    .set(112, kHardwareReduced)
                                    .set_register(172, 1, 16, 0x720)
                                    .set_register(244, 1, 8, 0x604)
                                    .set_register(256, 1, 8, 0x605);
    const Fadt fadt = decode(builder, 5);
    EXPECT_TRUE(fadt.is_hardware_reduced());
    EXPECT_FALSE(fadt.pm1a_event());
    EXPECT_FALSE(fadt.pm1a_control());
    EXPECT_FALSE(fadt.pm_timer());
    EXPECT_FALSE(fadt.acpi_switch());
    EXPECT_EQ(fadt.sleep_control(), port(0x604, 8));
    EXPECT_EQ(fadt.sleep_status(), port(0x605, 8));
    EXPECT_FALSE(decode(builder, 4).is_hardware_reduced());
}

TEST(Fadt, ReadsWhatAPcLacks) {
    const BootArchitecture all = decode(FadtBuilder()).boot_architecture();
    EXPECT_TRUE(all.has_legacy_devices && all.has_8042 && !all.no_vga && !all.no_msi && !all.no_cmos_clock);
    const BootArchitecture none = decode(FadtBuilder().set(109, u16{0x2c})).boot_architecture();
    EXPECT_TRUE(!none.has_legacy_devices && !none.has_8042 && none.no_vga && none.no_msi && none.no_cmos_clock);
}

TEST(Fadt, Acpi1KnowsNoBootArchitecture) {
    const BootArchitecture old = decode(FadtBuilder().set(109, u16{0x2c}).cut(116), 1).boot_architecture();
    EXPECT_TRUE(old.has_legacy_devices && old.has_8042 && !old.no_vga && !old.no_msi && !old.no_cmos_clock);
}

TEST(Fadt, EveryLengthReadsWhatItHolds) {
    const FadtBuilder full = FadtBuilder().set(140, u64{1}).set_register(172, 1, 16, 2).set_register(256, 1, 8, 3);
    for (usize length = 116; length <= 276; ++length) {
        const Fadt fadt = decode(FadtBuilder(full).cut(length));
        EXPECT_EQ(fadt.reset().has_value(), length >= 129);
        EXPECT_EQ(fadt.dsdt(), PhysicalAddress{length >= 244 ? 1 : kDsdtOfFadt});
        EXPECT_EQ(fadt.pm1a_control()->address, length >= 244 ? 2U : 0x604U);
        EXPECT_EQ(fadt.sleep_status().has_value(), length >= 268);
    }
}

TEST(Fadt, LaterVersionsOnlyAdd) {
    const Blob body = Blob(FadtBuilder().body()).fill(100);
    EXPECT_TRUE(FakeTable("FACP", 7, body).decode<Fadt>());
}

TEST(Fadt, RefusesOtherTables) {
    EXPECT_EQ(FakeTable("FACP", 1, FadtBuilder().cut(115).body()).decode<Fadt>().error(), Error::Corrupt);
    EXPECT_EQ(FakeTable("APIC", 1, FadtBuilder().body()).decode<Fadt>().error(), Error::InvalidArgument);
}

TEST(GenericAddress, IsAPortOrNot) {
    EXPECT_EQ(port(0xffff, 8).port().value(), 0xffff);
    EXPECT_EQ(port(0x10000, 8).port().error(), Error::OutOfRange);
    EXPECT_EQ(GenericAddress{}.port().error(), Error::Unsupported);
}

} // namespace
} // namespace acpi
