#include "base/intrusive_tree.hpp"

#include <array>

#include "testing/test.hpp"

namespace base {

namespace {

struct Region : TreeLink<> {
    u64 start = 0;
    u64 serial = 0;
};

struct Timer : TreeLink<struct Timers> {
    explicit Timer(u64 when) : when_(when) {}

    [[nodiscard]] u64 deadline() const { return when_; }

  private:
    u64 when_;
};

using Regions = IntrusiveTree<Region, &Region::start>;

template <class Tree>
void clear(Tree& tree) {
    while (!tree.empty()) {
        tree.remove(*tree.first());
    }
}

} // namespace

TEST(IntrusiveTree, StartsEmpty) {
    Regions regions;
    EXPECT_TRUE(regions.empty());
    EXPECT_TRUE(regions.first() == nullptr && regions.last() == nullptr);
    EXPECT_TRUE(regions.find(0) == nullptr && regions.at_or_after(0) == nullptr && regions.at_or_before(0) == nullptr);
}

TEST(IntrusiveTree, FindsNeighbours) {
    std::array<Region, 3> region;
    region[0].start = 30;
    region[1].start = 10;
    region[2].start = 20;
    Regions regions;
    for (Region& each : region) {
        regions.insert(each);
    }
    EXPECT_EQ(regions.count(), 3U);
    EXPECT_TRUE(regions.first() == &region[1] && regions.last() == &region[0]);
    EXPECT_TRUE(regions.find(20) == &region[2] && regions.find(21) == nullptr);
    EXPECT_TRUE(regions.at_or_after(11) == &region[2] && regions.at_or_after(31) == nullptr);
    EXPECT_TRUE(regions.at_or_after(20) == &region[2] && regions.at_or_before(20) == &region[2]);
    EXPECT_TRUE(regions.at_or_before(29) == &region[2] && regions.at_or_before(9) == nullptr);
    EXPECT_TRUE(regions.next(region[1]) == &region[2] && regions.next(region[0]) == nullptr);
    EXPECT_TRUE(regions.previous(region[2]) == &region[1] && regions.previous(region[1]) == nullptr);
    clear(regions);
}

TEST(IntrusiveTree, SortsManyAndForgetsThem) {
    std::array<Region, 100> region;
    Regions regions;
    u64 number = 1;
    for (Region& each : region) {
        number = number * 2 % 101; // 2 is a primitive root of 101: each of 1 to 100 once
        each.start = number;
        regions.insert(each);
    }
    u64 expected = 1;
    for (const Region& each : regions) {
        EXPECT_EQ(each.start, expected++);
    }
    for (Region& each : region) {
        regions.remove(each);
        EXPECT_TRUE(regions.find(each.start) == nullptr);
        EXPECT_FALSE(Regions::is_linked(each));
    }
    EXPECT_TRUE(regions.empty());
}

TEST(IntrusiveTree, EqualKeysStayInTheirOrder) {
    std::array<Region, 3> region;
    Regions regions;
    u64 serial = 0;
    for (Region& each : region) {
        each.start = 5;
        each.serial = serial++;
        regions.insert(each);
    }
    EXPECT_TRUE(regions.find(5) == &region[0]);
    EXPECT_TRUE(regions.at_or_before(5) == &region[2]);
    serial = 0;
    for (const Region& each : regions) {
        EXPECT_EQ(each.serial, serial++);
    }
    clear(regions);
}

TEST(IntrusiveTree, TheKeyMayBeAMemberFunction) {
    Timer late(9);
    Timer soon(3);
    IntrusiveTree<Timer, &Timer::deadline, Timers> timers;
    timers.insert(late);
    timers.insert(soon);
    EXPECT_TRUE(timers.first() == &soon);
    clear(timers);
}

} // namespace base
