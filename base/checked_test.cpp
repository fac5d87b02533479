#include "base/checked.hpp"

#include "testing/test.hpp"

namespace base {

using namespace literals;

TEST(Checked, Add) {
    EXPECT_EQ(checked_add<u8>(200, 55), u8{255});
    EXPECT_EQ(checked_add<u8>(200, 56), Error::Overflow);
    EXPECT_EQ(checked_add<i8>(-100, -28), i8{-128});
    EXPECT_EQ(checked_add<i8>(-100, -29), Error::Overflow);
    EXPECT_EQ(checked_add(~0ULL, 0), ~0ULL);
    EXPECT_EQ(checked_add(~0ULL, 1), Error::Overflow);
}

TEST(Checked, Subtract) {
    EXPECT_EQ(checked_subtract(5U, 5), 0U);
    EXPECT_EQ(checked_subtract(5U, 6), Error::Overflow);
    EXPECT_EQ(checked_subtract(5, 6), -1);
}

TEST(Checked, Multiply) {
    EXPECT_EQ(checked_multiply<u32>(0x10000, 0xffff), 0xffff0000U);
    EXPECT_EQ(checked_multiply<u32>(0x10000, 0x10000), Error::Overflow);
}

TEST(Checked, Narrow) {
    EXPECT_EQ(checked_narrow<u8>(255), u8{255});
    EXPECT_EQ(checked_narrow<u8>(256), Error::Overflow);
    EXPECT_EQ(checked_narrow<u8>(-1), Error::Overflow);
    EXPECT_EQ(checked_narrow<i32>(0x80000000U), Error::Overflow);
    EXPECT_EQ(checked_narrow<u64>(i64{7}), 7U);
}

TEST(Checked, Units) {
    EXPECT_EQ(checked_add(PhysicalAddress{0x1000}, 4_KiB), PhysicalAddress{0x2000});
    EXPECT_EQ(checked_add(VirtualAddress{~0ULL}, 1_B), Error::Overflow);
    EXPECT_EQ(checked_add(1_KiB, 1_KiB), 2_KiB);
    EXPECT_EQ(checked_add(Bytes{~0ULL}, 1_B), Error::Overflow);
    EXPECT_EQ(checked_subtract(2_KiB, 1_KiB), 1_KiB);
    EXPECT_EQ(checked_subtract(1_KiB, 2_KiB), Error::Overflow);
    EXPECT_EQ(checked_multiply(Pages{3}, 2), Pages{6});
    EXPECT_EQ(checked_multiply(Pages{1ULL << 63}, 2), Error::Overflow);
}

} // namespace base
