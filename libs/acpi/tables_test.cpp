#include "libs/acpi/tables.hpp"

#include "libs/acpi/good_tables.hpp"
#include "libs/acpi/madt.hpp"
#include "libs/acpi/slit.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

constexpr Signature kMadt{"APIC"};
constexpr Signature kSsdt{"SSDT"};

class TablesTest : public testing::Test {
  protected:
    base::Result<Tables> open() {
        memory_.emplace(machine.memory());
        return Tables::open(*memory_, FakeMachine::kRoot);
    }

    FakeMachine machine;

  private:
    /// Outlives what was opened.
    std::optional<boot::FakeMemory> memory_;
};

TEST_F(TablesTest, FindsByXsdt) {
    const PhysicalAddress madt = machine.add("APIC", 5, good_madt());
    machine.add("SLIT", 1, good_slit());
    machine.finish_xsdt();
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->count(), 2U);
    const auto table = tables->find(kMadt);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->address(), madt);
    EXPECT_EQ(table->signature(), kMadt);
    EXPECT_EQ(table->revision(), 5);
    EXPECT_EQ(table->body().size(), good_madt().size());
    EXPECT_TRUE(tables->decode<Slit>());
    EXPECT_EQ(tables->find(Signature{"HPET"}).error(), Error::NotFound);
}

TEST_F(TablesTest, FindsByRsdt) {
    machine.add("SLIT", 1, good_slit());
    machine.finish_rsdt();
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_TRUE(tables->decode<Slit>());
}

TEST_F(TablesTest, CountsInstances) {
    machine.add("SSDT", 1, Blob());
    machine.add("APIC", 5, good_madt());
    const PhysicalAddress second = machine.add("SSDT", 1, Blob());
    machine.finish_xsdt();
    const auto tables = open();
    ASSERT_TRUE(tables);
    const auto table = tables->find(kSsdt, 1);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->address(), second);
    EXPECT_TRUE(table->body().empty());
    EXPECT_EQ(tables->find(kSsdt, 2).error(), Error::NotFound);
}

TEST_F(TablesTest, ADamagedTableHidesNoOther) {
    const PhysicalAddress damaged = machine.add("SSDT", 1, Blob().put(u64{1}));
    machine.add("SSDT", 1, Blob().put(u64{2}));
    machine.finish_xsdt();
    machine.set(damaged + Bytes{36}, u8{2});
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->find(kSsdt, 0).error(), Error::Corrupt);
    EXPECT_TRUE(tables->find(kSsdt, 1));
    EXPECT_EQ(tables->listing(0).state, Error::Corrupt);
    EXPECT_TRUE(tables->listing(1).state);
}

TEST_F(TablesTest, RefusesImpossibleLengths) {
    const PhysicalAddress table = machine.add("APIC", 5, good_madt());
    machine.finish_xsdt();
    for (const u32 length : {0U, 35U, (1U << 20) + 1, ~0U}) {
        machine.set(table + Bytes{kLengthOffset}, length);
        machine.fix_table(table);
        const auto tables = open();
        ASSERT_TRUE(tables);
        EXPECT_EQ(tables->find(kMadt).error(), Error::Corrupt);
    }
    machine.set(table + Bytes{kLengthOffset}, u32{0x10000});
    EXPECT_EQ(open()->find(kMadt).error(), Error::OutOfRange);
}

TEST_F(TablesTest, ListsWhatIsThere) {
    const PhysicalAddress table = machine.add("A\x01\x7f~", 5, good_slit());
    machine.list(PhysicalAddress{0x7fff'ffff'ffff'fff0});
    machine.finish_xsdt();
    const auto tables = open();
    ASSERT_TRUE(tables);
    ASSERT_EQ(tables->count(), 2U);
    const TableListing good = tables->listing(0);
    EXPECT_EQ(good.address, table);
    EXPECT_EQ(good.signature.text(), "A??~");
    EXPECT_EQ(good.length, Bytes{36 + good_slit().size()});
    EXPECT_TRUE(good.state);
    const TableListing lost = tables->listing(1);
    EXPECT_EQ(lost.address, PhysicalAddress{0x7fff'ffff'ffff'fff0});
    EXPECT_EQ(lost.signature.text(), "????");
    EXPECT_EQ(lost.length, Bytes{0});
    EXPECT_EQ(lost.state, Error::OutOfRange);
}

TEST_F(TablesTest, AddressesOutsideOfMemoryHideNothing) {
    machine.list(PhysicalAddress{~0ULL});
    machine.list(PhysicalAddress{1});
    machine.list(PhysicalAddress{0});
    machine.add("APIC", 5, good_madt());
    machine.finish_xsdt();
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->count(), 3U);
    EXPECT_TRUE(tables->decode<Madt>());
}

TEST_F(TablesTest, AListOfItselfEnds) {
    machine.add("APIC", 5, good_madt());
    const PhysicalAddress list = machine.here();
    machine.list(list);
    machine.list(FakeMachine::kRoot);
    ASSERT_EQ(machine.finish_xsdt(), list);
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_EQ(tables->count(), 3U);
    EXPECT_EQ(tables->find(Signature{"XSDT"})->address(), list);
    EXPECT_EQ(tables->find(Signature{"XSDT"}, 1).error(), Error::NotFound);
    EXPECT_EQ(tables->listing(2).state, Error::Corrupt);
}

TEST_F(TablesTest, TakesTheRsdtIfTheXsdtIsDamaged) {
    machine.add("SLIT", 1, good_slit());
    machine.finish_rsdt();
    const PhysicalAddress xsdt = machine.finish_xsdt();
    machine.set(xsdt + Bytes{36}, u8{0x55});
    const auto tables = open();
    ASSERT_TRUE(tables);
    EXPECT_TRUE(tables->decode<Slit>());
}

TEST_F(TablesTest, RefusesADamagedListAlone) {
    machine.add("SLIT", 1, good_slit());
    const PhysicalAddress xsdt = machine.finish_xsdt();
    machine.set(xsdt + Bytes{36}, u8{0x55});
    EXPECT_FALSE(open());
    machine.fix_table(xsdt);
    EXPECT_TRUE(open());
    machine.set(xsdt, u8{'R'});
    machine.fix_table(xsdt);
    EXPECT_FALSE(open());
}

TEST_F(TablesTest, RefusesTwoDamagedLists) {
    const PhysicalAddress rsdt = machine.finish_rsdt();
    const PhysicalAddress xsdt = machine.finish_xsdt();
    machine.set(rsdt, u8{'?'});
    machine.set(xsdt, u8{'?'});
    const auto tables = open();
    ASSERT_FALSE(tables);
    EXPECT_EQ(tables.error(), Error::Corrupt);
}

TEST_F(TablesTest, RefusesAListThatIsCut) {
    machine.add("SLIT", 1, good_slit());
    const PhysicalAddress xsdt = machine.finish_xsdt();
    machine.set(xsdt + Bytes{kLengthOffset}, u32{36 + 7});
    machine.fix_table(xsdt);
    EXPECT_FALSE(open());
}

TEST_F(TablesTest, RefusesAListThatIsTooLong) {
    for (usize i = 0; i < Tables::kMaximumTables; ++i) {
        machine.list(PhysicalAddress{1});
    }
    FakeMachine longer = machine;
    longer.list(PhysicalAddress{1});
    machine.finish_xsdt();
    EXPECT_TRUE(open());
    longer.finish_xsdt();
    EXPECT_FALSE(Tables::open(longer.memory(), FakeMachine::kRoot));
}

TEST_F(TablesTest, APointerMayNameNoList) {
    machine.finish_xsdt();
    machine.set(FakeMachine::kRoot + Bytes{24}, u64{0});
    machine.fix_root();
    const auto tables = open();
    ASSERT_FALSE(tables);
    EXPECT_EQ(tables.error(), Error::NotFound);
}

TEST_F(TablesTest, NeedsAPointer) { EXPECT_FALSE(open()); }

TEST_F(TablesTest, TablesOfAnotherKindAreRefused) {
    EXPECT_FALSE(FakeTable("SLIT", 1, good_slit()).decode<Madt>());
    EXPECT_EQ(FakeTable("SLIT", 1, good_slit()).table().body_of(kMadt).error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
