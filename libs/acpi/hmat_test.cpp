#include "libs/acpi/hmat.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

/// Where the latency structure of good_hmat() is.
constexpr usize kLatency = 4 + 40 + 40 + 12;

/// The entry number `index` of a table.
base::Result<std::optional<HmatEntry>> entry_of(const FakeTable& table, usize index) {
    auto entries = table.decode<Hmat>()->entries();
    for (usize i = 0; i < index; ++i) {
        EXPECT_TRUE(entries.next());
    }
    return entries.next();
}

HmatMatrix matrix_of(const FakeTable& table, usize index) { return std::get<HmatMatrix>(**entry_of(table, index)); }

TEST(Hmat, ReadsDomains) {
    const FakeTable table("HMAT", 2, good_hmat());
    const auto attached = std::get<MemoryDomainAttributes>(**entry_of(table, 0));
    EXPECT_EQ(attached.memory_domain, 6U);
    EXPECT_EQ(attached.initiator_domain, 5U);
    const auto detached = std::get<MemoryDomainAttributes>(**entry_of(table, 1));
    EXPECT_EQ(detached.memory_domain, 7U);
    EXPECT_FALSE(detached.initiator_domain);
    EXPECT_FALSE(*entry_of(table, 4));
}

TEST(Hmat, ReadsLatencies) {
    const FakeTable table("HMAT", 2, good_hmat());
    const HmatMatrix matrix = matrix_of(table, 2);
    EXPECT_EQ(matrix.quantity(), HmatQuantity::AccessLatency);
    EXPECT_TRUE(matrix.is_latency());
    EXPECT_EQ(matrix.cache_level(), 0);
    EXPECT_EQ(matrix.initiator_count(), 1U);
    EXPECT_EQ(matrix.target_count(), 2U);
    EXPECT_EQ(matrix.initiator(0).value(), 5U);
    EXPECT_EQ(matrix.target(1).value(), 7U);
    EXPECT_EQ(matrix.initiator(1).error(), Error::OutOfRange);
    EXPECT_EQ(matrix.target(2).error(), Error::OutOfRange);
    EXPECT_EQ(matrix.value(5, 6).value(), 10'000U);
}

TEST(Hmat, ReadsBandwidths) {
    const FakeTable table("HMAT", 2, good_hmat());
    const HmatMatrix matrix = matrix_of(table, 3);
    EXPECT_EQ(matrix.quantity(), HmatQuantity::AccessBandwidth);
    EXPECT_FALSE(matrix.is_latency());
    EXPECT_EQ(matrix.cache_level(), 1);
    EXPECT_EQ(matrix.value(5, 6).value(), 5'000U);
}

TEST(Hmat, SomePairsHaveNoValue) {
    const FakeTable table("HMAT", 2, good_hmat().set(kLatency + 44, u16{0}));
    const HmatMatrix matrix = matrix_of(table, 2);
    EXPECT_EQ(matrix.value(5, 6).error(), Error::NotFound);
    EXPECT_EQ(matrix.value(5, 7).error(), Error::NotFound);
    EXPECT_EQ(matrix.value(6, 6).error(), Error::NotFound);
    EXPECT_EQ(matrix.value(5, 5).error(), Error::NotFound);
}

TEST(Hmat, ValuesMayNotFit) {
    const FakeTable table("HMAT", 2, good_hmat().set(kLatency + 24, ~u64{0} / 9));
    EXPECT_EQ(matrix_of(table, 2).value(5, 6).error(), Error::Overflow);
}

TEST(Hmat, PassesOverUnknownQuantities) {
    const FakeTable table("HMAT", 2, good_hmat().set(kLatency + 9, u8{6}));
    EXPECT_FALSE(matrix_of(table, 2).is_latency());
}

TEST(Hmat, RefusesAMatrixOfNoUnit) {
    const FakeTable table("HMAT", 2, good_hmat().set(kLatency + 24, u64{0}));
    EXPECT_EQ(entry_of(table, 2).error(), Error::Corrupt);
}

TEST(Hmat, RefusesAMatrixThatIsCut) {
    for (const usize count : {kLatency + 12, kLatency + 16}) {
        for (const u32 number : {3U, 4U, 48U, 49U, 1U << 31, ~0U}) {
            const FakeTable table("HMAT", 2, good_hmat().set(count, number));
            EXPECT_EQ(entry_of(table, 2).error(), Error::Corrupt);
        }
    }
}

TEST(Hmat, RefusesShortEntries) {
    for (const u16 type : std::to_array<u16>({0, 1})) {
        const FakeTable table("HMAT", 2, Blob().fill(4).put_all(type, u16{0}, u32{31}).fill(23));
        EXPECT_EQ(entry_of(table, 0).error(), Error::Corrupt);
    }
}

TEST(Hmat, EndsAtALengthThatCannotBe) {
    for (const u32 length : {0U, 7U, 41U, ~0U}) {
        const FakeTable table("HMAT", 2, Blob().fill(4).put_all(u16{0}, u16{0}, length).fill(32));
        auto entries = table.decode<Hmat>()->entries();
        EXPECT_EQ(entries.next().error(), Error::Corrupt);
        EXPECT_FALSE(*entries.next());
    }
}

TEST(Hmat, RefusesOtherTables) {
    EXPECT_EQ(FakeTable("HMAT", 1, good_hmat()).decode<Hmat>().error(), Error::Unsupported);
    EXPECT_EQ(FakeTable("HMAT", 2, Blob().fill(3)).decode<Hmat>().error(), Error::Corrupt);
    EXPECT_EQ(FakeTable("SRAT", 2, good_hmat()).decode<Hmat>().error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
