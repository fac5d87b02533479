#include "kernel/memory/kernel_cache.hpp"

#include <array>
#include <optional>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/testing/figure.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

namespace {

using base::Error;
using base::u64;
using base::usize;
using budget::Kind;

/// Its own making costs nothing: the figures are the allocator's.
struct Object {
    Object() {}

    std::array<u64, 8> words;
};

struct Large {
    std::byte bytes[3 * base::kPageSize];
};

template <class T>
struct Fixture {
    Fixture() : cache(core::kernel().frame_source, core::kernel().random.next()) {
        started = cache.start(core::kernel().processors.count()).has_value();
    }

    KernelCache<T> cache;
    bool started = false;
};

u64 usage() { return core::kernel().budgets.usage(core::kernel().budgets.root(), Kind::Memory); }

/// Makes and destroys more objects than magazines hold, so that blocks come and go.
void make_and_destroy_many(KernelCache<Object>& cache) {
    constexpr usize kMany = 200;
    std::array<std::optional<KernelCache<Object>::Handle>, kMany> objects;
    for (auto& object : objects) {
        if (auto made = cache.create(core::kernel().budgets.root()); made) {
            object.emplace(*std::move(made));
        }
    }
}

/// What `make` and destroying together take.
template <class Make>
u64 ticks_per_pair(KernelCache<Object>& cache, Make make) {
    constexpr u64 kPairs = 1000;
    const u64 start = Arch::read_cycle_counter();
    for (u64 i = 0; i < kPairs; ++i) {
        if (const auto object = make()) {
            cache.destroy(**object);
        }
    }
    return (Arch::read_cycle_counter() - start) / kPairs;
}

} // namespace

TEST(KernelCache, EverythingGoesBackToWhereItCameFrom) {
    constexpr int kRounds = base::kCheckLockOrder ? 200 : 10'000;
    const int rounds = may_allocations_be_refused() ? 2 : kRounds;
    const u64 frames = core::kernel().frames.used().value();
    const u64 charged = usage();
    for (int i = 0; i < rounds; ++i) {
        Fixture<Object> fixture;
        ASSERT_TRUE(fixture.started);
        make_and_destroy_many(fixture.cache);
    }
    EXPECT_EQ(core::kernel().frames.used().value(), frames);
    EXPECT_EQ(usage(), charged);
}

TEST(KernelCache, LargeObjectsAreFrames) {
    Fixture<Large> fixture;
    ASSERT_TRUE(fixture.started);
    const u64 frames = core::kernel().frames.used().value();
    {
        const auto large = fixture.cache.create(core::kernel().budgets.root());
        ASSERT_TRUE(large.has_value());
        EXPECT_EQ(core::kernel().frames.used().value(), frames + 4);
    }
    EXPECT_EQ(core::kernel().frames.used().value(), frames);
}

TEST(KernelCache, ABudgetRefusesItsOwner) {
    Fixture<Object> fixture;
    ASSERT_TRUE(fixture.started);
    budget::Budget small;
    auto& budgets = core::kernel().budgets;
    ASSERT_TRUE(budgets.attach(small, budgets.root(), {2 * fixture.cache.kCharge, 0, 0}).has_value());
    {
        const auto first = fixture.cache.create(small);
        const auto second = fixture.cache.create(small);
        EXPECT_TRUE(!first || !second || fixture.cache.create(small).error() == Error::OverBudget);
        EXPECT_TRUE(fixture.cache.create(budgets.root()).has_value());
    }
    EXPECT_EQ(budgets.usage(small, Kind::Memory), 0U);
    EXPECT_TRUE(budgets.detach(small).has_value());
}

TEST(MemoryFigures, SlabPair) {
    Fixture<Object> fixture;
    ASSERT_TRUE(fixture.started);
    budget::Budget& payer = core::kernel().budgets.root();
    ASSERT_TRUE(fixture.cache.create(payer).has_value()); // fills the magazine and the budget's spare
    testing::print_figure("mm.slab_pair", ticks_per_pair(fixture.cache, [&] { return fixture.cache.make_free(); }));
    testing::print_figure("mm.slab_pair.charged",
                          ticks_per_pair(fixture.cache, [&] { return fixture.cache.make(payer); }));
}

} // namespace kernel::memory
