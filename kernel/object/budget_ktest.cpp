// A budget that is used up refuses, whatever is asked, and nothing has changed; who watches was told before.
#include <array>

#include "kernel/object/budget_watch.hpp"
#include "kernel/object/test_memory.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Access;
using address_space::Fault;
using base::Bytes;
using base::Error;
using base::u64;
using base::VirtualAddress;
using budget::Kind;

namespace {

constexpr Bytes kPage{base::kPageSize};

budget::Tree<core::KernelLock, core::kBudgetTreeLock>& budgets() { return core::kernel().budgets; }

/// Has an object of 4 MiB, of which one page is there, and nothing else that it may use.
struct Poor : TestMemory {
    static constexpr u64 kPages = 1024;

    Poor() {
        start = map(memory, Access::ReadWrite);
        TestWait wait;
        if (start != VirtualAddress{0} && space->fault(start, Fault::Write, wait) == FaultResult::Ready) {
            used = usage();
            is_poor = budgets().set_limit(budget, Kind::Memory, used).has_value();
        }
    }

    ~Poor() { static_cast<void>(budgets().set_limit(budget, Kind::Memory, budget::kUnlimited)); }

    [[nodiscard]] u64 usage() { return budgets().usage(budget, Kind::Memory); }

    /// Whether `result` is a refusal that has left everything as it was.
    template <class T>
    bool is_refused(const base::Result<T>& result) {
        return !result && result.error() == Error::OverBudget && usage() == used && frame_at(start) != kNoFrame &&
               frame_at(start + kPage) == kNoFrame && memory->pages() == kPages;
    }

    static constexpr base::PhysicalAddress kNoFrame{0};

    base::RefPtr<Memory> memory = make(kPage * kPages);
    VirtualAddress start{0};
    u64 used = 0;
    bool is_poor = false;
};

struct Watch : BudgetWatch {
    Watch(u64 above, u64 rearmed_at)
        : BudgetWatch(above, rearmed_at, [](BudgetWatch& watch) { ++static_cast<Watch&>(watch).times; }) {}

    base::u32 times = 0;
};

} // namespace

TEST(Budgets, OverTheLimitEveryMethodIsRefusedAndNothingChanges) {
    Poor world;
    ASSERT_TRUE(world.is_poor);
    TestSweep sweep;
    TestFlush flush;
    TestWait wait;
    std::array<std::byte, 8> bytes{};
    EXPECT_TRUE(world.is_refused(AddressSpace::create(world.budget)));
    EXPECT_TRUE(world.is_refused(Memory::create_anonymous(world.budget, kPage)));
    EXPECT_TRUE(world.is_refused(Memory::create_shared_mapping(world.budget, kPage)));
    EXPECT_TRUE(world.is_refused(Memory::allocate_pages(world.budget, 3, memory_object::Contents::Zero)));
    EXPECT_TRUE(world.is_refused(Memory::map_device_memory(world.budget, base::PhysicalAddress{0xfee0'0000}, kPage)));
    EXPECT_TRUE(world.is_refused(world.space->map({.object = world.memory, .size = kPage, .access = Access::Read})));
    EXPECT_TRUE(world.is_refused(world.space->unmap(world.start + kPage, kPage, flush)));
    EXPECT_TRUE(world.is_refused(world.space->protect(world.start + kPage, kPage, Access::Read, flush)));
    EXPECT_TRUE(world.is_refused(world.space->fault(world.start + kPage, Fault::Write, wait)));
    EXPECT_TRUE(world.is_refused(world.memory->write(kPage * 512, bytes, sweep)));
    EXPECT_TRUE(world.is_refused(world.memory->commit(512, 1, sweep)));
    EXPECT_TRUE(world.is_refused(world.memory->pin(512, 1, memory_object::Want::Write, sweep)));
    EXPECT_TRUE(world.is_refused(world.memory->clone(world.budget, sweep)));
    EXPECT_TRUE(world.is_refused(world.memory->resize(Bytes{u64{1} << 40}, sweep)));
    EXPECT_EQ(sweep.done, 0U);
    EXPECT_EQ(flush.count, 0U);
    EXPECT_EQ(wait.resumed, 0U);
}

TEST(Budgets, WhatJustSufficesForSeveralThingsIsEnough) {
    // Nodes of two levels and a frame, one after the other, of which each refusal gives the others back.
    constexpr u64 kFar = 512;
    Poor world;
    ASSERT_TRUE(world.is_poor);
    const auto commit = [&world](u64 limit) {
        TestSweep sweep;
        return budgets().set_limit(world.budget, Kind::Memory, limit).has_value() &&
               world.memory->commit(kFar, 1, sweep).has_value();
    };
    ASSERT_TRUE(commit(budget::kUnlimited));
    const u64 needed = world.usage();
    EXPECT_TRUE(needed > world.used + base::kPageSize);
    TestSweep sweep;
    ASSERT_TRUE(world.memory->discard(kFar, 1, sweep).has_value());
    ASSERT_EQ(world.usage(), world.used);
    EXPECT_FALSE(commit(needed - 1));
    EXPECT_EQ(world.usage(), world.used);
    EXPECT_TRUE(commit(needed));
    EXPECT_EQ(world.usage(), needed);
}

TEST(Budgets, WhoWatchesIsToldBeforeItIsRefused) {
    TestMemory world;
    ASSERT_TRUE(world.is_complete());
    const auto memory = world.make(kPage * 64);
    ASSERT_TRUE(static_cast<bool>(memory));
    const u64 used = budgets().usage(world.budget, Kind::Memory);
    Watch watch(used + 16 * base::kPageSize, used + 8 * base::kPageSize);
    ASSERT_TRUE(watch.begin(world.budget, Kind::Memory).has_value());
    Watch other(used, used);
    EXPECT_EQ(other.begin(world.budget, Kind::Memory).error(), Error::Exists);
    const auto is_told = [&watch](base::u32 times) {
        struct {
            Watch& watch;
            base::u32 times;
        } wanted{watch, times};
        return testing::run_until(
            [](void* context) {
                const auto& want = *static_cast<decltype(wanted)*>(context);
                return want.watch.times >= want.times;
            },
            &wanted);
    };
    // Of all pages, a slice at a time.
    const auto for_all = [](auto body) {
        for (u64 page = 0; page < 64;) {
            TestSweep sweep;
            const auto progress = body(page, 64 - page, sweep);
            if (!progress) {
                return false;
            }
            page = progress->next;
        }
        return true;
    };
    // Nothing is told, and not waited for, where memory is lacking.
    const auto is_told_of_use = [&](base::u32 times) {
        return for_all([&](u64 first, u64 count, TestSweep& sweep) { return memory->commit(first, count, sweep); }) &&
               is_told(times);
    };
    EXPECT_EQ(watch.times, 0U);
    EXPECT_TRUE(is_told_of_use(1));
    EXPECT_TRUE(for_all([&](u64 first, u64 count, TestSweep& sweep) { return memory->discard(first, count, sweep); }));
    EXPECT_TRUE(is_told_of_use(2));
    EXPECT_EQ(watch.times, 2U);
    watch.end();
}

} // namespace kernel::object
