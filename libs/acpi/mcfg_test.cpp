#include "libs/acpi/mcfg.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::PhysicalAddress;
using base::u64;
using base::u8;

TEST(Mcfg, ReadsSegments) {
    const FakeTable table("MCFG", 1, good_mcfg());
    auto segments = table.decode<Mcfg>()->segments();
    const auto first = segments.next().value().value();
    EXPECT_EQ(first.base, PhysicalAddress{0xb0000000});
    EXPECT_EQ(first.segment, 0);
    EXPECT_EQ(first.first_bus, 0);
    EXPECT_EQ(first.last_bus, 255);
    const auto second = segments.next().value().value();
    EXPECT_EQ(second.base, PhysicalAddress{0x40'0000'0000});
    EXPECT_EQ(second.segment, 1);
    EXPECT_EQ(second.first_bus, 16);
    EXPECT_EQ(second.last_bus, 31);
    EXPECT_FALSE(*segments.next());
}

TEST(Mcfg, GoesOnBehindASegmentWithoutBuses) {
    const FakeTable table("MCFG", 1, good_mcfg().set(8 + 10, u8{9}).set(8 + 11, u8{8}));
    auto segments = table.decode<Mcfg>()->segments();
    EXPECT_EQ(segments.next().error(), Error::Corrupt);
    EXPECT_TRUE(*segments.next());
}

TEST(Mcfg, RefusesASegmentThatWraps) {
    const FakeTable table("MCFG", 1, good_mcfg().set(8, ~u64{0} - (255U << 20)));
    EXPECT_EQ(table.decode<Mcfg>()->segments().next().error(), Error::Corrupt);
}

TEST(Mcfg, RefusesASegmentThatIsCut) {
    Blob body = good_mcfg();
    body.cut(body.size() - 1);
    const FakeTable table("MCFG", 1, body);
    auto segments = table.decode<Mcfg>()->segments();
    EXPECT_TRUE(*segments.next());
    EXPECT_EQ(segments.next().error(), Error::Corrupt);
    EXPECT_FALSE(*segments.next());
}

TEST(Mcfg, RefusesAShortTable) {
    EXPECT_EQ(FakeTable("MCFG", 1, Blob().fill(7)).decode<Mcfg>().error(), Error::Corrupt);
    EXPECT_EQ(FakeTable("SLIT", 1, good_mcfg()).decode<Mcfg>().error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
