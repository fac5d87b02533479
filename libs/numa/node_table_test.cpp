#include "libs/numa/node_table.hpp"

#include <random>

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace numa {

using acpi::Blob;
using acpi::FakeTable;
using base::Bytes;
using base::PhysicalAddress;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr u32 kPlugged = 3;
constexpr u32 kThere = 1;

Blob empty_srat() { return Blob().put_all(u32{1}, u64{0}); }

void add_processor(Blob& srat, u32 apic_id, u32 domain, u32 flags = kThere) {
    srat.put_all(u8{2}, u8{24}, u16{0}, domain, apic_id, flags, u32{0}, u32{0});
}

void add_memory(Blob& srat, u32 domain, u64 start, u64 size, u32 flags = kThere) {
    srat.put_all(u8{1}, u8{40}, domain, u16{0}, start, size, u32{0}, flags, u64{0});
}

NodeTable table_of(const Blob& srat) {
    NodeTable nodes;
    nodes.read(FakeTable("SRAT", 3, srat).decode<acpi::Srat>().value());
    return nodes;
}

/// Domains 7 and 2, as no firmware would number them.
Blob two_domains() {
    Blob srat = empty_srat();
    add_processor(srat, 10, 7);
    add_processor(srat, 11, 2);
    add_memory(srat, 7, 0x1'0000'0000, 0x1000'0000);
    add_memory(srat, 2, 0, 0x8000'0000);
    add_memory(srat, 7, 0x2'0000'0000, 0x1000'0000, kPlugged);
    return srat;
}

} // namespace

TEST(NodeTable, WithoutTablesThereIsOneNode) {
    const NodeTable nodes;
    EXPECT_EQ(nodes.count(), 1U);
    EXPECT_EQ(nodes.node_of(PhysicalAddress{0x1234}), 0U);
    EXPECT_EQ(nodes.node_of_processor(9), 0U);
    EXPECT_EQ(nodes.distance(0, 0), 10);
    EXPECT_FALSE(nodes.latency(0, 0).has_value());
    EXPECT_TRUE(nodes.memory().empty());
}

TEST(NodeTable, NumbersNodesWithoutGaps) {
    const NodeTable nodes = table_of(two_domains());
    EXPECT_EQ(nodes.count(), 2U);
    EXPECT_EQ(nodes.domain_of(0), 2U);
    EXPECT_EQ(nodes.domain_of(1), 7U);
    EXPECT_EQ(nodes.node_of_processor(10), 1U);
    EXPECT_EQ(nodes.node_of_processor(11), 0U);
    EXPECT_EQ(nodes.node_of_processor(12), 0U);
    EXPECT_EQ(nodes.lost(), 0U);
}

TEST(NodeTable, SortsMemory) {
    const NodeTable nodes = table_of(two_domains());
    EXPECT_EQ(nodes.memory().size(), 3U);
    EXPECT_EQ(nodes.memory()[0].start, PhysicalAddress{0});
    EXPECT_EQ(nodes.memory()[1].node, 1U);
    EXPECT_TRUE(nodes.memory()[2].is_hot_pluggable);
    EXPECT_EQ(nodes.node_of(PhysicalAddress{0x7fff'ffff}), 0U);
    EXPECT_EQ(nodes.node_of(PhysicalAddress{0x1'0000'0000}), 1U);
    EXPECT_EQ(nodes.node_of(PhysicalAddress{0x1'1000'0000}), 0U); // nobody's
}

TEST(NodeTable, WhatIsNotEnabledSaysNothing) {
    Blob srat = empty_srat();
    add_processor(srat, 1, 5, 0);
    add_memory(srat, 6, 0, 0x1000, 0);
    const NodeTable nodes = table_of(srat);
    EXPECT_EQ(nodes.count(), 1U);
    EXPECT_TRUE(nodes.memory().empty());
}

TEST(NodeTable, TakesDistances) {
    NodeTable nodes = table_of(two_domains());
    EXPECT_EQ(nodes.distance(0, 1), 20);
    EXPECT_EQ(nodes.distance(1, 1), 10);
    Blob slit = Blob().put(u64{8});
    for (u32 from = 0; from < 8; ++from) {
        for (u32 to = 0; to < 8; ++to) {
            slit.put(static_cast<u8>(from == to ? 10 : 30 + from));
        }
    }
    nodes.read(FakeTable("SLIT", 1, slit).decode<acpi::Slit>().value());
    EXPECT_EQ(nodes.distance(0, 1), 32);
    EXPECT_EQ(nodes.distance(1, 0), 37);
    EXPECT_EQ(nodes.distance(1, 1), 10);
}

TEST(NodeTable, DomainsBeyondTheDistancesKeepTheirs) {
    NodeTable nodes = table_of(two_domains());
    nodes.read(FakeTable("SLIT", 1, acpi::good_slit()).decode<acpi::Slit>().value());
    EXPECT_EQ(nodes.distance(0, 1), 20);
}

TEST(NodeTable, TakesLatencyAndBandwidth) {
    Blob srat = empty_srat();
    add_processor(srat, 0, 5);
    add_memory(srat, 6, 0, 0x1000);
    add_memory(srat, 7, 0x1000, 0x1000);
    NodeTable nodes = table_of(srat);
    nodes.read(FakeTable("HMAT", 2, acpi::good_hmat()).decode<acpi::Hmat>().value());
    EXPECT_EQ(nodes.latency(0, 1).value(), 10'000U);
    EXPECT_FALSE(nodes.latency(0, 2).has_value());   // 0xffff: no way
    EXPECT_FALSE(nodes.bandwidth(0, 1).has_value()); // that of a cache
}

TEST(NodeTable, WhatIsTooMuchIsLost) {
    Blob srat = empty_srat();
    for (u32 domain = 0; domain < kMaximumNodes + 3; ++domain) {
        add_memory(srat, domain, u64{domain} << 20, 1 << 20);
    }
    for (u32 more = 0; more < NodeTable::kMaximumRanges; ++more) {
        add_memory(srat, 0, (u64{more} << 20) + (1ULL << 40), 1 << 20);
    }
    const NodeTable nodes = table_of(srat);
    EXPECT_EQ(nodes.count(), kMaximumNodes);
    EXPECT_EQ(nodes.memory().size(), NodeTable::kMaximumRanges);
    EXPECT_EQ(nodes.lost(), 3U + kMaximumNodes);
}

TEST(NodeTable, TenThousandMutationsCrashNothing) {
    std::mt19937 random(20251125); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in each run
    u32 most = 0;
    for (int round = 0; round < 10'000; ++round) {
        Blob srat = two_domains();
        for (auto changes = random() % 8 + 1; changes != 0; --changes) {
            srat.set(random() % srat.size(), static_cast<u8>(random()));
        }
        NodeTable nodes = table_of(srat);
        nodes.read(FakeTable("SLIT", 1, acpi::good_slit()).decode<acpi::Slit>().value());
        most = std::max(most, nodes.count());
        for (const NodeMemory& range : nodes.memory()) {
            EXPECT_LT(range.node, nodes.count());
            EXPECT_GE(nodes.distance(range.node, 0), 10);
        }
    }
    EXPECT_GT(most, 2U);
}

} // namespace numa
