#include "libs/acpi/slit.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::u64;
using base::u8;
using base::usize;

base::Result<Slit> decode(const Blob& body) { return FakeTable("SLIT", 1, body).decode<Slit>(); }

TEST(Slit, ReadsDistances) {
    const FakeTable table("SLIT", 1, good_slit());
    const auto slit = table.decode<Slit>();
    ASSERT_TRUE(slit);
    EXPECT_EQ(slit->localities(), 2U);
    EXPECT_EQ(slit->distance(0, 0).value(), Slit::kLocal);
    EXPECT_EQ(slit->distance(0, 1).value(), 20);
    EXPECT_EQ(slit->distance(1, 0).value(), 21);
}

TEST(Slit, RefusesLocalitiesThatAreNot) {
    const FakeTable table("SLIT", 1, good_slit());
    const auto slit = table.decode<Slit>();
    ASSERT_TRUE(slit);
    EXPECT_EQ(slit->distance(2, 0).error(), Error::OutOfRange);
    EXPECT_EQ(slit->distance(0, 2).error(), Error::OutOfRange);
    EXPECT_EQ(slit->distance(~usize{0}, ~usize{0}).error(), Error::OutOfRange);
}

TEST(Slit, RefusesASquareThatIsCut) {
    for (const u64 localities : {u64{3}, u64{5}, u64{1} << 32, ~u64{0}}) {
        EXPECT_EQ(decode(good_slit().set(0, localities)).error(), Error::Corrupt);
    }
    EXPECT_EQ(decode(Blob().fill(7)).error(), Error::Corrupt);
}

TEST(Slit, RefusesReservedDistances) { EXPECT_EQ(decode(good_slit().set(9, u8{9})).error(), Error::Corrupt); }

TEST(Slit, MayBeEmpty) { EXPECT_EQ(decode(Blob().put(u64{0}))->localities(), 0U); }

TEST(Slit, RefusesAnotherTable) {
    EXPECT_EQ(FakeTable("SRAT", 1, good_slit()).decode<Slit>().error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
