#include "libs/page_table/gather.hpp"

#include "testing/test.hpp"

namespace page_table {

using base::u64;
using base::VirtualAddress;

TEST(Gather, JoinsNeighbours) {
    Gather gather;
    EXPECT_TRUE(gather.is_empty());
    gather.add(VirtualAddress{0x1000}, 2, 0);
    gather.add(VirtualAddress{0x3000}, 1, 0);
    gather.add(VirtualAddress{0x20'0000}, 1, 1);
    ASSERT_EQ(gather.ranges().size(), 2U);
    EXPECT_EQ(gather.ranges()[0].pages, 3U);
    EXPECT_TRUE(gather.covers(VirtualAddress{0x3fff}));
    EXPECT_FALSE(gather.covers(VirtualAddress{0x4000}));
    EXPECT_TRUE(gather.covers(VirtualAddress{0x3f'ffff})) << "a large page is one invalidation";
    u64 sum = 0;
    gather.for_each_page([&sum](VirtualAddress page) { sum += page.value(); });
    EXPECT_EQ(sum, 0x1000U + 0x2000 + 0x3000 + 0x20'0000);
}

TEST(Gather, BecomesWholeBeyondItsBounds) {
    Gather pages;
    pages.add(VirtualAddress{0}, Gather::kPages, 0);
    EXPECT_FALSE(pages.is_whole());
    pages.add(VirtualAddress{1ULL << 30}, 1, 0);
    EXPECT_TRUE(pages.is_whole());
    EXPECT_TRUE(pages.covers(VirtualAddress{1ULL << 40}));
    EXPECT_TRUE(pages.ranges().empty());

    Gather ranges;
    for (u64 i = 0; i < Gather::kRanges; ++i) {
        ranges.add(VirtualAddress{i << 20}, 1, 0);
    }
    EXPECT_FALSE(ranges.is_whole());
    ranges.add(VirtualAddress{1ULL << 30}, 1, 0);
    EXPECT_TRUE(ranges.is_whole());
}

TEST(Gather, TakesInAnother) {
    Gather one;
    one.add(VirtualAddress{0x1000}, 1, 0);
    Gather other;
    other.add(VirtualAddress{0x5000}, 1, 0);
    one.add(other);
    EXPECT_TRUE(one.covers(VirtualAddress{0x1000}));
    EXPECT_TRUE(one.covers(VirtualAddress{0x5000}));
    other.add_everything();
    one.add(other);
    EXPECT_TRUE(one.is_whole());
}

} // namespace page_table
