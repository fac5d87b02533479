#include "libs/slab/cache.hpp"

#include <set>
#include <vector>

#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "libs/slab/fake_world.hpp"
#include "testing/test.hpp"

namespace slab {

namespace {

using base::Error;
using base::u64;
using base::usize;
using TestTree = budget::Tree<base::SpinLock<budget::NothingAround>, budget::kTestLock>;

constexpr auto kMemory = budget::Kind::Memory;
constexpr u64 kSecret = 0x1234'5678'9abc'def0;

struct Pair {
    Pair(int a, int b) : first(a), second(b) { ++alive; }

    ~Pair() { --alive; }

    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    static inline int alive = 0;
    int first;
    int second;
};

struct Large {
    std::byte bytes[10'000];
};

struct Counted : base::RefCounted<Counted> {
    explicit Counted(Cache<Counted, FakeWorld>& cache) : home(cache) {}

    static void destroy(Counted& counted) { counted.home.destroy(counted); }

    Cache<Counted, FakeWorld>& home;
};

template <class T>
struct Fixture {
    explicit Fixture(usize pages = ~usize{0}) : source(pages), cache(source, kSecret) {
        EXPECT_TRUE(cache.start(2).has_value());
    }

    TestTree tree{budget::kNoLimits};
    FakeSource source;
    Cache<T, FakeWorld> cache;
};

} // namespace

TEST(SlabCache, ObjectsAreMadePaidForAndGoBack) {
    Fixture<Pair> fixture;
    {
        auto pair = fixture.cache.create(fixture.tree.root(), 3, 4);
        ASSERT_TRUE(pair.has_value());
        EXPECT_EQ((*pair)->first + (*pair)->second, 7);
        EXPECT_EQ(Pair::alive, 1);
        EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), fixture.cache.kCharge);
    }
    EXPECT_EQ(Pair::alive, 0);
    EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), 0U);
    EXPECT_EQ(fixture.source.used(), 2U); // magazines, and the block of the pair
    fixture.cache.trim();
    EXPECT_EQ(fixture.source.used(), 1U);
}

TEST(SlabCache, LiveObjectsNeverOverlap) {
    Fixture<Pair> fixture;
    constexpr usize kMany = 3000;
    std::vector<decltype(fixture.cache)::Handle> live;
    std::set<u64> places;
    for (usize i = 0; i < kMany; ++i) {
        auto made = fixture.cache.create_free(static_cast<int>(i), 0);
        ASSERT_TRUE(made.has_value());
        places.insert(base::address_of(&**made));
        live.push_back(*std::move(made));
    }
    u64 last = 0;
    for (const u64 place : places) {
        EXPECT_GE(place - last, fixture.cache.kCharge);
        last = place;
    }
    EXPECT_EQ(places.size(), kMany);
    for (usize i = 0; i < kMany; ++i) {
        EXPECT_EQ(live[i]->first, static_cast<int>(i));
    }
    live.clear();
    fixture.cache.trim();
    EXPECT_EQ(fixture.cache.blocks(), 0U);
}

TEST(SlabCache, NoMemoryIsAnErrorAndChargesNothing) {
    Fixture<Pair> fixture(2);
    std::vector<decltype(fixture.cache)::Handle> live;
    for (;;) {
        auto made = fixture.cache.create(fixture.tree.root(), 1, 1);
        if (!made) {
            EXPECT_EQ(made.error(), Error::NoMemory);
            break;
        }
        live.push_back(*std::move(made));
    }
    EXPECT_GT(live.size(), 50U);
    EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), live.size() * fixture.cache.kCharge);
    live.pop_back();
    EXPECT_TRUE(fixture.cache.create(fixture.tree.root(), 1, 1).has_value());
    live.clear();
    FakeSource nothing(0);
    Cache<Pair, FakeWorld> poor(nothing, kSecret);
    EXPECT_EQ(poor.start(1).error(), Error::NoMemory);
}

TEST(SlabCache, OverBudgetTakesNoMemory) {
    Fixture<Pair> fixture;
    budget::Budget small;
    ASSERT_TRUE(fixture.tree.attach(small, fixture.tree.root(), {fixture.cache.kCharge, 0, 0}).has_value());
    {
        const auto first = fixture.cache.create(small, 1, 1);
        ASSERT_TRUE(first.has_value());
        EXPECT_EQ(fixture.cache.create(small, 1, 1).error(), Error::OverBudget);
        EXPECT_EQ(Pair::alive, 1);
    }
    EXPECT_TRUE(fixture.tree.detach(small).has_value());
}

TEST(SlabCache, LargeObjectsComeStraightFromTheSource) {
    Fixture<Large> fixture;
    {
        const auto first = fixture.cache.create(fixture.tree.root());
        ASSERT_TRUE(first.has_value());
        EXPECT_EQ(fixture.source.used(), 5U);
        EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), 16'384U);
    }
    EXPECT_EQ(fixture.source.used(), 1U);
}

TEST(SlabCache, TheLastOwnerEndsACountedObject) {
    Fixture<Counted> fixture;
    {
        const auto first = fixture.cache.create_counted(fixture.tree.root(), fixture.cache);
        ASSERT_TRUE(first.has_value());
        const base::RefPtr<Counted> second = *first;
        EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), fixture.cache.kCharge);
    }
    EXPECT_EQ(fixture.tree.usage(fixture.tree.root(), kMemory), 0U);
}

TEST(SlabCache, OneEmptyBlockIsKept) {
    Fixture<Pair> fixture;
    std::vector<decltype(fixture.cache)::Handle> live;
    for (int i = 0; i < 1000; ++i) {
        live.push_back(*fixture.cache.create_free(i, i));
    }
    EXPECT_GT(fixture.cache.blocks(), 5U);
    live.clear();
    EXPECT_LE(fixture.cache.blocks(), 3U); // one kept, and those of two magazines' objects
    fixture.cache.trim();
    EXPECT_EQ(fixture.cache.blocks(), 0U);
}

TEST(SlabCache, NeighboursAreGivenInNoOrder) {
    Fixture<Pair> fixture;
    std::vector<decltype(fixture.cache)::Handle> live;
    int in_order = 0;
    for (int i = 0; i < 40; ++i) {
        live.push_back(*fixture.cache.create_free(i, i));
        if (i > 0) {
            in_order += base::address_of(&*live[live.size() - 1]) - base::address_of(&*live[live.size() - 2]) ==
                                fixture.cache.kCharge
                            ? 1
                            : 0;
        }
    }
    EXPECT_LT(in_order, 10);
    live.clear();
}

TEST(SlabCache, AnAllocationCanBeMadeToFail) {
    Fixture<Pair> fixture;
    FakeWorld::refusing = true;
    FakeWorld::until_refusal = 2;
    EXPECT_TRUE(fixture.cache.create_free(1, 1).has_value());
    EXPECT_EQ(fixture.cache.create_free(1, 1).error(), Error::NoMemory);
    EXPECT_TRUE(fixture.cache.create_free(1, 1).has_value());
    FakeWorld::refusing = false;
    EXPECT_TRUE(fixture.cache.create_free(1, 1).has_value());
}

} // namespace slab
