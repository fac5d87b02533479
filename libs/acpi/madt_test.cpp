#include "libs/acpi/madt.hpp"

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

/// A table of one entry.
FakeTable table_with(const Blob& entry) {
    return {"APIC", 5, Blob().put_all(u32{0xfee00000}, u32{0}).put_bytes(entry.bytes())};
}

/// Counts the entries, and the Corrupt ones.
struct Walked {
    usize good = 0;
    usize corrupt = 0;
};

Walked walk(const FakeTable& table) {
    auto entries = table.decode<Madt>()->entries();
    Walked result;
    for (auto entry = entries.next(); !entry || *entry; entry = entries.next()) {
        ++(entry ? result.good : result.corrupt);
    }
    return result;
}

class MadtTest : public testing::Test {
  protected:
    template <class Kind>
    Kind next() {
        return std::get<Kind>(**entries.next());
    }

    FakeTable table{"APIC", 5, good_madt()};
    Madt madt = table.decode<Madt>().value();
    MadtEntries entries = madt.entries();
};

TEST_F(MadtTest, ReadsTheHead) {
    EXPECT_EQ(madt.local_apic_address(), PhysicalAddress{0x1'fee0'0000});
    EXPECT_TRUE(madt.is_pc_at_compatible());
}

TEST_F(MadtTest, ReadsEveryKindInOrder) {
    const auto local = next<LocalApic>();
    EXPECT_EQ(local.processor_uid, 0U);
    EXPECT_EQ(local.apic_id, 0U);
    EXPECT_TRUE(local.enabled && !local.online_capable);
    const auto x2apic = next<LocalApic>();
    EXPECT_EQ(x2apic.processor_uid, 7U);
    EXPECT_EQ(x2apic.apic_id, 0x1234U);
    EXPECT_TRUE(!x2apic.enabled && x2apic.online_capable);
    const auto io_apic = next<IoApic>();
    EXPECT_EQ(io_apic.id, 2);
    EXPECT_EQ(io_apic.address, PhysicalAddress{0xfec00000});
    EXPECT_EQ(io_apic.first_gsi, 24U);
    const auto override = next<InterruptOverride>();
    EXPECT_EQ(override.source, 9);
    EXPECT_EQ(override.gsi, 20U);
    EXPECT_EQ(override.polarity, Polarity::ActiveLow);
    EXPECT_EQ(override.trigger, Trigger::Level);
}

TEST_F(MadtTest, ReadsNmis) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(entries.next());
    }
    const auto source = next<NmiSource>();
    EXPECT_EQ(source.gsi, 33U);
    EXPECT_EQ(source.polarity, Polarity::ActiveHigh);
    EXPECT_EQ(source.trigger, Trigger::Edge);
    const auto of_all = next<LocalApicNmi>();
    EXPECT_FALSE(of_all.processor_uid);
    EXPECT_EQ(of_all.pin, 1);
    EXPECT_EQ(of_all.polarity, Polarity::OfBus);
    EXPECT_EQ(of_all.trigger, Trigger::OfBus);
    const auto of_one = next<LocalApicNmi>();
    EXPECT_EQ(of_one.processor_uid, 3U);
    EXPECT_EQ(of_one.pin, 0);
    EXPECT_FALSE(*entries.next());
    EXPECT_FALSE(*entries.next());
}

TEST(Madt, AllProcessorsByX2Apic) {
    const FakeTable table = table_with(Blob().put_all(u8{10}, u8{12}, u16{0}, ~u32{0}, u8{1}, u8{0}, u16{0}));
    auto entries = table.decode<Madt>()->entries();
    EXPECT_FALSE(std::get<LocalApicNmi>(**entries.next()).processor_uid);
}

TEST(Madt, ReservedPolarityAndTriggerSayNothing) {
    const FakeTable table = table_with(Blob().put_all(u8{3}, u8{8}, u16{0xa}, u32{1}));
    const auto source = std::get<NmiSource>(**table.decode<Madt>()->entries().next());
    EXPECT_EQ(source.polarity, Polarity::OfBus);
    EXPECT_EQ(source.trigger, Trigger::OfBus);
}

TEST(Madt, MayBeEmpty) {
    const FakeTable table = table_with(Blob());
    EXPECT_EQ(table.decode<Madt>()->local_apic_address(), PhysicalAddress{0xfee00000});
    EXPECT_FALSE(table.decode<Madt>()->is_pc_at_compatible());
    EXPECT_EQ(walk(table).good, 0U);
}

TEST(Madt, RefusesAShortTable) {
    EXPECT_EQ(FakeTable("APIC", 5, Blob().put(u32{0})).decode<Madt>().error(), Error::Corrupt);
}

TEST(Madt, RefusesAShortAddressOverride) {
    EXPECT_EQ(table_with(Blob().put_all(u8{5}, u8{4}, u16{0})).decode<Madt>().error(), Error::Corrupt);
}

TEST(Madt, EndsAtALengthThatCannotBe) {
    const Blob good = Blob().put_all(u8{0}, u8{8}, u8{0}, u8{0}, u32{1});
    for (const u8 length : std::to_array<u8>({0, 1, 9, 255})) {
        const Walked walked = walk(table_with(Blob(good).put_all(u8{0}, length, u8{0}, u8{0}, u32{1})));
        EXPECT_EQ(walked.good, 1U);
        EXPECT_EQ(walked.corrupt, 1U);
    }
}

TEST(Madt, EndsAtHalfAHead) {
    const Walked walked = walk(table_with(Blob().put(u8{0})));
    EXPECT_EQ(walked.good, 0U);
    EXPECT_EQ(walked.corrupt, 1U);
}

TEST(Madt, GoesOnBehindAShortEntry) {
    for (const u8 type : std::to_array<u8>({0, 1, 2, 3, 4, 9, 10})) {
        const Walked walked =
            walk(table_with(Blob().put_all(type, u8{4}, u16{0}).put_all(u8{0}, u8{8}, u8{0}, u8{0}, u32{1})));
        EXPECT_EQ(walked.good, 1U);
        EXPECT_EQ(walked.corrupt, 1U);
    }
}

TEST(Madt, LongerEntriesOnlyAdd) {
    const Walked walked =
        walk(table_with(Blob().put_all(u8{0}, u8{12}, u8{0}, u8{0}, u32{1}, u32{0}, u8{0x30}, u8{2})));
    EXPECT_EQ(walked.good, 1U);
    EXPECT_EQ(walked.corrupt, 0U);
}

} // namespace
} // namespace acpi
