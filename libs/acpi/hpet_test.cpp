#include "libs/acpi/hpet.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::PhysicalAddress;
using base::u64;
using base::u8;

base::Result<Hpet> decode(const Blob& body) { return FakeTable("HPET", 1, body).decode<Hpet>(); }

TEST(Hpet, Reads) {
    const auto hpet = decode(good_hpet());
    ASSERT_TRUE(hpet);
    EXPECT_EQ(hpet->address, PhysicalAddress{0xfed00000});
    EXPECT_EQ(hpet->block_id, 0x8086a201U);
    EXPECT_EQ(hpet->number, 0);
    EXPECT_EQ(hpet->minimum_tick, 100);
}

TEST(Hpet, RefusesATimerThatIsNotInMemory) {
    EXPECT_EQ(decode(good_hpet().set(4, u8{1})).error(), Error::Corrupt);
    EXPECT_EQ(decode(good_hpet().set(8, u64{0})).error(), Error::Corrupt);
}

TEST(Hpet, RefusesOtherTables) {
    Blob body = good_hpet();
    body.cut(19);
    EXPECT_EQ(decode(body).error(), Error::Corrupt);
    EXPECT_EQ(FakeTable("APIC", 1, good_hpet()).decode<Hpet>().error(), Error::InvalidArgument);
}

} // namespace
} // namespace acpi
