#include "libs/acpi/srat.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using base::u8;

/// Where the first memory entry of good_srat() is.
constexpr base::usize kMemory = 12 + 16 + 24;

TEST(Srat, ReadsProcessors) {
    const FakeTable table("SRAT", 3, good_srat());
    auto entries = table.decode<Srat>()->entries();
    const auto apic = std::get<ProcessorAffinity>(**entries.next());
    EXPECT_EQ(apic.apic_id, 4U);
    EXPECT_EQ(apic.domain, 0x201U);
    EXPECT_EQ(apic.clock_domain, 9U);
    EXPECT_TRUE(apic.enabled);
    const auto x2apic = std::get<ProcessorAffinity>(**entries.next());
    EXPECT_EQ(x2apic.apic_id, 0x1234U);
    EXPECT_EQ(x2apic.domain, 0x300U);
    EXPECT_EQ(x2apic.clock_domain, 8U);
    EXPECT_TRUE(x2apic.enabled);
}

TEST(Srat, ReadsMemory) {
    const FakeTable table("SRAT", 3, good_srat());
    auto entries = table.decode<Srat>()->entries();
    EXPECT_TRUE(entries.next() && entries.next());
    const auto low = std::get<MemoryAffinity>(**entries.next());
    EXPECT_EQ(low.domain, 0U);
    EXPECT_EQ(low.start, PhysicalAddress{0});
    EXPECT_EQ(low.size, Bytes{0x8000'0000});
    EXPECT_TRUE(low.enabled && !low.hot_pluggable && !low.non_volatile);
    const auto high = std::get<MemoryAffinity>(**entries.next());
    EXPECT_EQ(high.domain, 0x301U);
    EXPECT_EQ(high.start, PhysicalAddress{1ULL << 32});
    EXPECT_TRUE(high.enabled && high.hot_pluggable && high.non_volatile);
    EXPECT_FALSE(*entries.next());
}

TEST(Srat, DomainsHave8BitsInRevision1) {
    const FakeTable table("SRAT", 1, good_srat());
    auto entries = table.decode<Srat>()->entries();
    EXPECT_EQ(std::get<ProcessorAffinity>(**entries.next()).domain, 1U);
    EXPECT_TRUE(entries.next() && entries.next());
    EXPECT_EQ(std::get<MemoryAffinity>(**entries.next()).domain, 1U);
}

TEST(Srat, RefusesMemoryThatWraps) {
    Blob body = good_srat();
    body.set(kMemory + 8, u64{1}).set(kMemory + 16, ~u64{0});
    const FakeTable table("SRAT", 3, body);
    auto entries = table.decode<Srat>()->entries();
    EXPECT_TRUE(entries.next() && entries.next());
    EXPECT_EQ(entries.next().error(), Error::Corrupt);
    EXPECT_TRUE(entries.next());
}

TEST(Srat, MemoryThatIsNotEnabledMayBeAnything) {
    Blob body = good_srat();
    body.set(kMemory + 8, u64{1}).set(kMemory + 16, ~u64{0}).set(kMemory + 28, u32{0});
    const FakeTable table("SRAT", 3, body);
    auto entries = table.decode<Srat>()->entries();
    EXPECT_TRUE(entries.next() && entries.next());
    EXPECT_FALSE(std::get<MemoryAffinity>(**entries.next()).enabled);
}

TEST(Srat, RefusesShortEntries) {
    for (const u8 type : std::to_array<u8>({0, 1, 2})) {
        Blob body;
        body.fill(12).put_all(type, u8{15}).fill(13);
        const FakeTable table("SRAT", 3, body);
        auto entries = table.decode<Srat>()->entries();
        EXPECT_EQ(entries.next().error(), Error::Corrupt);
        EXPECT_FALSE(*entries.next());
    }
}

TEST(Srat, EndsAtALengthThatCannotBe) {
    for (const u8 length : std::to_array<u8>({0, 1, 17})) {
        const FakeTable table("SRAT", 3, Blob().fill(12).put_all(u8{0}, length).fill(14));
        auto entries = table.decode<Srat>()->entries();
        EXPECT_EQ(entries.next().error(), Error::Corrupt);
        EXPECT_FALSE(*entries.next());
    }
}

TEST(Srat, RefusesAShortTable) {
    EXPECT_EQ(FakeTable("SRAT", 3, Blob().fill(11)).decode<Srat>().error(), Error::Corrupt);
    EXPECT_EQ(FakeTable("SLIT", 3, Blob().fill(12)).decode<Srat>().error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
