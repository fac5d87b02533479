#include "base/units.hpp"

#include <concepts>

#include "testing/test.hpp"

namespace base {

using namespace literals;

namespace {

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };

template <class A, class B>
concept Comparable = requires(A a, B b) { a < b; };

} // namespace

// What must not be mixed up.
static_assert(!Addable<PhysicalAddress, PhysicalAddress>);
static_assert(!Addable<PhysicalAddress, u64>);
static_assert(!Addable<PhysicalAddress, Pages>);
static_assert(!Addable<Bytes, Pages>);
static_assert(!Addable<Bytes, Nanoseconds>);
static_assert(!Comparable<PhysicalAddress, VirtualAddress>);
static_assert(!std::convertible_to<u64, Bytes> && !std::convertible_to<Bytes, u64>);

TEST(Units, LiteralsCountTheirUnit) {
    EXPECT_EQ(3_B, Bytes{3});
    EXPECT_EQ(4_KiB, Bytes{4096});
    EXPECT_EQ(2_MiB, Bytes{2097152});
    EXPECT_EQ(1_GiB, Bytes{1073741824});
    EXPECT_EQ(1_s, 1000_ms);
    EXPECT_EQ(1_ms, 1000_us);
    EXPECT_EQ(1_us, 1000_ns);
}

TEST(Units, AmountsAddAndScale) {
    EXPECT_EQ(4_KiB + 4_KiB, 8_KiB);
    EXPECT_EQ(8_KiB - 4_KiB, 4_KiB);
    EXPECT_EQ(4_KiB * 3, 12_KiB);
    EXPECT_EQ(3 * 4_KiB, 12_KiB);
    EXPECT_EQ(12_KiB / 3, 4_KiB);
    EXPECT_EQ(13_KiB / 4_KiB, 3U);
    EXPECT_EQ(13_KiB % 4_KiB, 1_KiB);
    Nanoseconds time = 5_ms;
    time += 2_ms;
    time -= 1_ms;
    EXPECT_EQ(time, 6_ms);
    EXPECT_LT(time, 1_s);
    EXPECT_EQ(Bytes{}.value(), 0U);
}

TEST(Units, PagesRoundAsTheirNamesSay) {
    EXPECT_EQ(Pages::holding(0_B), Pages{0});
    EXPECT_EQ(Pages::holding(1_B), Pages{1});
    EXPECT_EQ(Pages::holding(4_KiB), Pages{1});
    EXPECT_EQ(Pages::holding(4_KiB + 1_B), Pages{2});
    EXPECT_EQ(Pages::holding(Bytes{~0ULL}), Pages{1ULL << 52});
    EXPECT_EQ(Pages::within(8_KiB - 1_B), Pages{1});
    EXPECT_EQ(Pages{3}.bytes(), 12_KiB);
}

TEST(Units, AddressesMoveByBytes) {
    PhysicalAddress address{0x1000};
    EXPECT_EQ(address + 4_KiB, PhysicalAddress{0x2000});
    EXPECT_EQ(address - 16_B, PhysicalAddress{0xff0});
    EXPECT_EQ(PhysicalAddress{0x3000} - address, 8_KiB);
    address += 8_KiB;
    address -= 4_KiB;
    EXPECT_EQ(address, PhysicalAddress{0x2000});
    EXPECT_EQ(VirtualAddress{}.value(), 0U);
}

TEST(Units, Align) {
    EXPECT_EQ(PhysicalAddress{0x1001}.align_up(4_KiB), PhysicalAddress{0x2000});
    EXPECT_EQ(PhysicalAddress{0x1000}.align_up(4_KiB), PhysicalAddress{0x1000});
    EXPECT_EQ(PhysicalAddress{0x1fff}.align_down(4_KiB), PhysicalAddress{0x1000});
    EXPECT_TRUE(VirtualAddress{0x200000}.is_aligned(2_MiB));
    EXPECT_FALSE(VirtualAddress{0x201000}.is_aligned(2_MiB));
    EXPECT_EQ(Bytes{5}.align_up(8_B), 8_B);
    EXPECT_EQ(Bytes{15}.align_down(8_B), 8_B);
    EXPECT_TRUE(Bytes{16}.is_aligned(8_B));
    EXPECT_FALSE(Bytes{17}.is_aligned(8_B));
}

} // namespace base
