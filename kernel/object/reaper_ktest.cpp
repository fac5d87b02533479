// Memory that takes long to give back comes back without anybody asking for it, and before anybody is refused.
#include "kernel/object/reaper.hpp"

#include "kernel/object/test_memory.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Access;
using address_space::Fault;
using base::Bytes;
using base::Pages;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr Bytes kPage{base::kPageSize};
/// More than a slice of giving back.
constexpr u64 kMany = 2000;
/// What the slab caches of nodes may keep.
constexpr Pages kKept{64};

/// Whether all of an object of so many pages was committed; then it is gone.
bool make_and_drop(TestMemory& world, u64 pages) {
    const auto memory = world.make(kPage * pages);
    u64 page = 0;
    while (memory && page < pages) {
        TestSweep sweep;
        const auto progress = memory->commit(page, pages - page, sweep);
        if (!progress) {
            return false;
        }
        page = progress->next;
    }
    return page == pages;
}

/// Writes to `address` as a thread would: again and again until the page is there.
bool touch(const TestMemory& world, VirtualAddress address) {
    TestWait wait;
    while (world.frame_at(address) == base::PhysicalAddress{0}) {
        if (!world.space->fault(address, Fault::Write, wait)) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST(Reaper, IdleProcessorsGiveALargeObjectBack) {
    TestMemory world;

    struct {
        Pages most = core::kernel().frames.used() + kKept;
    } before;

    ASSERT_TRUE(make_and_drop(world, kMany));
    EXPECT_TRUE(core::kernel().frames.used() > before.most);
    EXPECT_TRUE(testing::run_until(
        [](void* context) { return core::kernel().frames.used() <= static_cast<decltype(before)*>(context)->most; },
        &before));
}

TEST(Reaper, WhoLacksWhatIsBeingGivenBackGetsIt) {
    TestMemory world;
    auto& budgets = core::kernel().budgets;
    const u64 used = budgets.usage(world.budget, budget::Kind::Memory);
    // For one of the two objects below, with its nodes, tables and regions, but not for both.
    const u64 limit = used + (kMany + kMany / 4) * base::kPageSize;
    ASSERT_TRUE(budgets.set_limit(world.budget, budget::Kind::Memory, limit).has_value());
    ASSERT_TRUE(make_and_drop(world, kMany));
    const auto memory = world.make(kPage * kMany);
    ASSERT_TRUE(static_cast<bool>(memory));
    const VirtualAddress start = world.map(memory, Access::ReadWrite);
    u64 touched = 0;
    while (touched < kMany && touch(world, start + kPage * touched)) {
        ++touched;
    }
    EXPECT_EQ(touched, kMany);
}

} // namespace kernel::object
