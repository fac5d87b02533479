#include "libs/mp_table/mp_table.hpp"

#include <random>
#include <vector>

#include "libs/mp_table/fake_mp_table.hpp"
#include "testing/test.hpp"

namespace mp_table {

using base::Error;
using base::PhysicalAddress;

namespace {

boot::FakeMemory memory_of(const acpi::Blob& bytes) { return {bytes.bytes(), FakeMp::kStart}; }

std::vector<MpEntry> all(MpEntries entries) {
    std::vector<MpEntry> result;
    while (const auto entry = entries.next().value()) {
        result.push_back(*entry);
    }
    return result;
}

std::vector<MpEntry> all_of(const FakeMp& table) {
    const acpi::Blob bytes = table.build();
    return all(MpTable::open(memory_of(bytes), FakeMp::kStart).value().entries());
}

/// Walks whatever opens; the number of entries that answered.
base::usize walk(const boot::FakeMemory& memory) {
    const auto pointer = find_pointer(memory);
    const auto table = pointer ? MpTable::open(memory, *pointer) : base::Result<MpTable>(pointer.error());
    if (!table) {
        return 0;
    }
    base::usize count = 0;
    auto entries = table->entries();
    for (auto entry = entries.next(); entry && *entry; entry = entries.next()) {
        ++count;
    }
    return count;
}

} // namespace

TEST(MpTable, IsFoundWhereTheBiosPutsIt) {
    const acpi::Blob bytes = good_mp().build();
    EXPECT_EQ(find_pointer(memory_of(bytes)).value(), FakeMp::kStart);
    EXPECT_EQ(find_pointer(boot::FakeMemory({}, FakeMp::kStart)).error(), Error::NotFound);
}

TEST(MpTable, IsFoundAtTheEndOfBaseMemory) {
    acpi::Blob bytes;
    bytes.fill(0xa0000);
    const acpi::Blob table = good_mp().build();
    constexpr base::usize kPlace = (639 << 10) + 32 - (1 << 10);
    bytes.set(0x413, base::u16{639});
    for (base::usize i = 0; i < 16; ++i) {
        bytes.set(kPlace + i, table.get<std::byte>(i));
    }
    EXPECT_EQ(find_pointer(boot::FakeMemory(bytes.bytes(), PhysicalAddress{0})).value(), PhysicalAddress{kPlace});
}

TEST(MpTable, TellsProcessorsAndControllers) {
    const auto entries = all_of(good_mp());
    ASSERT_EQ(entries.size(), 7U);
    EXPECT_EQ(std::get<acpi::LocalApic>(entries[1]).apic_id, 1U);
    EXPECT_TRUE(std::get<acpi::LocalApic>(entries[1]).enabled);
    EXPECT_FALSE(std::get<acpi::LocalApic>(entries[2]).enabled);
    EXPECT_EQ(std::get<acpi::IoApic>(entries[3]).address, PhysicalAddress{0xfec00000});
    EXPECT_EQ(std::get<acpi::IoApic>(entries[3]).first_gsi, 0U);
}

TEST(MpTable, TellsIsaInterruptsAndPassesOverOthers) {
    const auto entries = all_of(good_mp());
    ASSERT_EQ(entries.size(), 7U);
    const auto timer = std::get<acpi::InterruptOverride>(entries[4]);
    EXPECT_EQ(timer.source, 0);
    EXPECT_EQ(timer.gsi, 2U);
    EXPECT_EQ(timer.trigger, acpi::Trigger::OfBus);
    const auto power = std::get<acpi::InterruptOverride>(entries[6]);
    EXPECT_EQ(power.source, 9);
    EXPECT_EQ(power.polarity, acpi::Polarity::ActiveHigh);
    EXPECT_EQ(power.trigger, acpi::Trigger::Level);
}

TEST(MpTable, CountsPinsThroughAllControllers) {
    const auto entries = all_of(FakeMp()
                                    .bus(0, "ISA   ")
                                    .io_apic(1, 1, 0xfec00000)
                                    .io_apic(2, 0, 0xfec01000)
                                    .io_apic(3, 1, 0xfec02000)
                                    .interrupt(0, 0, 0, 4, 3, 7)
                                    .interrupt(1, 0, 0, 0, 1, 5)
                                    .interrupt(0, 0, 0, 4, 2, 7)
                                    .interrupt(0, 0, 0, 4, 3, 24));
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(std::get<acpi::IoApic>(entries[1]).first_gsi, 24U);
    EXPECT_EQ(std::get<acpi::InterruptOverride>(entries[2]).gsi, 31U);
    EXPECT_EQ(std::get<acpi::NmiSource>(entries[3]).gsi, 5U);
}

TEST(MpTable, QbootCountsNoEntries) { EXPECT_EQ(all_of(good_mp().uncounted()).size(), 7U); }

TEST(MpTable, ADefaultConfigurationIsNoTable) {
    const acpi::Blob bytes = good_mp().build(5);
    EXPECT_EQ(MpTable::open(memory_of(bytes), FakeMp::kStart).error(), Error::NotFound);
}

TEST(MpTable, DamageIsRefused) {
    acpi::Blob bytes = good_mp().build();
    bytes.set(FakeMp::kTableOffset + 20, base::u8{1}); // the checksum no longer fits
    EXPECT_EQ(MpTable::open(memory_of(bytes), FakeMp::kStart).error(), Error::Corrupt);
    bytes = good_mp().build();
    bytes.set(FakeMp::kTableOffset + 4, base::u16{43}); // shorter than its header
    FakeMp::fix(bytes);
    EXPECT_EQ(MpTable::open(memory_of(bytes), FakeMp::kStart).error(), Error::Corrupt);
    bytes = good_mp().build();
    bytes.cut(100);
    EXPECT_EQ(MpTable::open(memory_of(bytes), FakeMp::kStart).error(), Error::OutOfRange);
}

TEST(MpTable, AListThatLiesEnds) {
    const acpi::Blob unknown = FakeMp().processor(0, 1).raw(acpi::Blob().put(base::u8{9}).fill(7).bytes()).build();
    auto entries = MpTable::open(memory_of(unknown), FakeMp::kStart).value().entries();
    EXPECT_TRUE(entries.next().value().has_value());
    EXPECT_EQ(entries.next().error(), Error::Corrupt);
    EXPECT_FALSE(entries.next().value().has_value());
    const acpi::Blob cut = FakeMp().raw(acpi::Blob().put(base::u8{0}).fill(9).bytes()).build();
    EXPECT_EQ(MpTable::open(memory_of(cut), FakeMp::kStart).value().entries().next().error(), Error::Corrupt);
}

TEST(MpTable, TenThousandMutationsCrashNothing) {
    std::mt19937 random(20251125); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in each run
    base::usize answered = 0;
    for (int round = 0; round < 10'000; ++round) {
        acpi::Blob bytes = good_mp().build();
        for (auto changes = random() % 4 + 1; changes != 0; --changes) {
            bytes.set(random() % bytes.size(), static_cast<base::u8>(random()));
        }
        if (round % 2 == 0) {
            FakeMp::fix(bytes);
        }
        answered += walk(memory_of(bytes));
    }
    EXPECT_GT(answered, 10'000U);
}

} // namespace mp_table
