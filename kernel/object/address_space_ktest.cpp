#include "kernel/object/address_space.hpp"

#include <array>
#include <atomic>

#include "kernel/core/kernel.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/object/test_memory.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Access;
using address_space::Fault;
using base::Bytes;
using base::Error;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr Bytes kPage{base::kPageSize};

/// A budget, a space and an object of 16 pages in it; all given back in the end.
struct World : TestMemory {
    World() { start = map(memory, Access::ReadWrite); }

    [[nodiscard]] bool is_complete() const { return start != VirtualAddress{0}; }

    base::RefPtr<Memory> memory = make(kPage * 16);
    VirtualAddress start{0};
};

/// Has a space in force on another processor, which lets nothing in until it is told to.
struct Holder : mailbox::Message {
    explicit Holder(AddressSpace& of) : Message(&Holder::hold), space(of) {}

    static void hold(mailbox::Message& message) {
        auto& self = static_cast<Holder&>(message);
        auto& translations = processor::this_processor().translations;
        translations.enter(self.space.translations());
        self.tell(self.is_held);
        while (!self.may_go.load()) {
        }
        translations.leave();
        self.tell(self.is_over);
    }

    static void tell(std::atomic<bool>& what) {
        what.store(true);
        Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    }

    AddressSpace& space;
    std::atomic<bool> is_held{false};
    std::atomic<bool> may_go{false};
    std::atomic<bool> is_over{false};
};

template <class Condition>
void wait_for(Condition condition) {
    processor::this_processor().idle_until([](void* context) { return (*static_cast<Condition*>(context))(); },
                                           &condition);
}

u64 memory_of(const World& world) { return core::kernel().budgets.usage(world.budget, budget::Kind::Memory); }

} // namespace

TEST(AddressSpace, PagesComeWithFaults) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    const auto read = world.space->fault(world.start, Fault::Read, wait);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(*read == FaultResult::Ready);
    EXPECT_TRUE(world.frame_at(world.start) == core::kernel().objects->zero_frame());
    EXPECT_TRUE(world.space->fault(world.start, Fault::Write, wait) == FaultResult::Ready);
    EXPECT_FALSE(world.frame_at(world.start) == core::kernel().objects->zero_frame());
    EXPECT_EQ(wait.resumed, 0U);
}

TEST(AddressSpace, WhatIsNotMappedIsAnError) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    EXPECT_EQ(world.space->fault(world.start + kPage * 16, Fault::Read, wait).error(), Error::NotFound);
    EXPECT_EQ(world.space->fault(world.start, Fault::Execute, wait).error(), Error::AccessDenied);
    EXPECT_EQ(world.space->fault(VirtualAddress{0}, Fault::Read, wait).error(), Error::NotFound);
}

TEST(AddressSpace, UnmappingIsToldAndGone) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait).has_value());
    EXPECT_TRUE(world.unmap(world.start, kPage * 16));
    EXPECT_TRUE(world.frame_at(world.start) == base::PhysicalAddress{0});
    EXPECT_EQ(world.space->fault(world.start, Fault::Read, wait).error(), Error::NotFound);
}

TEST(AddressSpace, WhatIsUnmappedStaysWhileAProcessorMaySeeIt) {
    World world;
    TestWait wait;
    if (core::kernel().processors.count() < 2 || !world.is_complete() ||
        !world.space->fault(world.start, Fault::Write, wait)) {
        return;
    }
    world.memory = nullptr;
    Holder holder(*world.space);
    ASSERT_TRUE(core::kernel().processors.at(1).post(holder));
    wait_for([&] { return holder.is_held.load(); });
    const u64 before = memory_of(world);
    TestFlush flush;
    EXPECT_TRUE(world.space->unmap(world.start, kPage * 16, flush).has_value());
    // One that its hypervisor has pre-empted flushes before it goes on: then it is told at once.
    EXPECT_TRUE(flush.count != 0 || memory_of(world) == before);
    holder.may_go.store(true);
    wait_for([&] { return flush.count != 0 && holder.is_over.load(); });
    EXPECT_TRUE(memory_of(world) < before);
}

TEST(AddressSpace, WhatIsDiscardedStaysWhileAProcessorMaySeeWhatWasUnmapped) {
    World world;
    TestWait wait;
    if (core::kernel().processors.count() < 2 || !world.is_complete() ||
        !world.space->fault(world.start, Fault::Write, wait)) {
        return;
    }
    Holder holder(*world.space);
    ASSERT_TRUE(core::kernel().processors.at(1).post(holder));
    wait_for([&] { return holder.is_held.load(); });
    TestFlush flush;
    EXPECT_TRUE(world.space->unmap(world.start, kPage * 16, flush).has_value());
    TestSweep sweep;
    EXPECT_TRUE(world.memory->discard(0, 16, sweep).has_value());
    // One that its hypervisor has pre-empted flushes before it goes on: then it is told at once.
    const bool is_told = sweep.done != 0;
    EXPECT_TRUE(!is_told || flush.count != 0);
    const u64 held = memory_of(world);
    holder.may_go.store(true);
    wait_for([&] { return sweep.done != 0 && flush.count != 0 && holder.is_over.load(); });
    EXPECT_TRUE(is_told || memory_of(world) + kPage.value() <= held);
}

TEST(AddressSpace, ACloneIsWrittenApart) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    std::array<std::byte, 8> bytes{};
    bytes[0] = std::byte{7};
    ASSERT_TRUE(world.write(*world.memory, Bytes{0}, bytes));
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait).has_value());
    const auto copy = world.clone(*world.memory);
    ASSERT_TRUE(static_cast<bool>(copy));
    const auto before = world.frame_at(world.start);
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait) == FaultResult::Ready);
    EXPECT_FALSE(world.frame_at(world.start) == before);
    bytes[0] = std::byte{9};
    ASSERT_TRUE(world.write(*world.memory, Bytes{0}, bytes));
    std::array<std::byte, 8> seen{};
    ASSERT_TRUE(copy->read(Bytes{0}, seen).has_value());
    EXPECT_EQ(static_cast<int>(seen[0]), 7);
}

TEST(AddressSpace, DiscardTakesThePageAway) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait).has_value());
    TestSweep sweep;
    ASSERT_TRUE(world.memory->discard(0, 1, sweep).has_value());
    EXPECT_EQ(sweep.done, 1U);
    EXPECT_TRUE(world.frame_at(world.start) == base::PhysicalAddress{0});
}

TEST(AddressSpace, OverBudgetIsTheOnesWhoAsked) {
    TestMemory world;
    ASSERT_TRUE(world.is_complete());
    const u64 used = core::kernel().budgets.usage(world.budget, budget::Kind::Memory);
    ASSERT_TRUE(
        core::kernel().budgets.set_limit(world.budget, budget::Kind::Memory, used + 16 * base::kPageSize).has_value());
    auto memory = world.make(kPage * 64);
    ASSERT_TRUE(static_cast<bool>(memory));
    const VirtualAddress start = world.map(memory, Access::ReadWrite);
    TestWait wait;
    Error refusal{};
    for (u64 page = 0; page < 64 && refusal == Error{}; ++page) {
        const auto result = world.space->fault(start + kPage * page, Fault::Write, wait);
        refusal = result ? Error{} : result.error();
    }
    EXPECT_EQ(refusal, Error::OverBudget);
    EXPECT_TRUE(core::kernel().budgets.usage(world.budget, budget::Kind::Memory) <= used + 16 * base::kPageSize);
}

TEST(AddressSpace, ARefusedMappingChangesNothing) {
    World world;
    ASSERT_TRUE(world.is_complete());
    for (const u64 address :
         {u64{0}, u64{0x1000}, u64{0x7fff'ffff'f000}, u64{0x8000'0000'0000}, ~u64{0xfff}, u64{0x10'0001}}) {
        const auto refused = world.space->map({.object = world.memory,
                                               .size = kPage,
                                               .access = Access::Read,
                                               .placement = address_space::Placement::Fixed,
                                               .address = VirtualAddress{address}});
        EXPECT_EQ(refused.error(), Error::InvalidArgument);
    }
    EXPECT_EQ(world.space->map({.object = world.memory, .size = kPage * 17, .access = Access::Read}).error(),
              Error::OutOfRange);
    EXPECT_EQ(world.space->map({.object = world.memory, .size = kPage, .access = Access::ReadExecute}).error(),
              Error::AccessDenied);
    EXPECT_EQ(world.space
                  ->map({.object = world.memory,
                         .size = kPage,
                         .access = Access::Read,
                         .placement = address_space::Placement::Fixed,
                         .address = world.start})
                  .error(),
              Error::Exists);
}

TEST(AddressSpace, EverythingGoesBack) {
    auto& kernel = core::kernel();
    {
        World warm;
    }
    const u64 frames = kernel.frames.used().value();
    const u64 used = kernel.budgets.usage(kernel.budgets.root(), budget::Kind::Memory);
    for (int i = 0; i < kLeakRounds; ++i) {
        World world;
        if (!world.is_complete()) {
            continue;
        }
        TestWait wait;
        static_cast<void>(world.space->fault(world.start, Fault::Write, wait));
        const auto copy = world.clone(*world.memory);
        static_cast<void>(world.space->fault(world.start, Fault::Write, wait));
    }
    EXPECT_EQ(kernel.frames.used().value(), frames);
    EXPECT_EQ(kernel.budgets.usage(kernel.budgets.root(), budget::Kind::Memory), used);
}

TEST(AddressSpace, AnAlignedCommittedBlockBecomesOneLargePage) {
    constexpr u64 kPages = memory_object::kBlockPages;
    TestMemory world;
    ASSERT_TRUE(world.is_complete());
    auto block = Memory::allocate_pages(world.budget, 9, memory_object::Contents::Zero);
    ASSERT_TRUE(block.has_value());
    const VirtualAddress start = world.map(*block, Access::ReadWrite);
    ASSERT_TRUE(start.is_aligned(kPage * kPages));
    TestWait wait;
    ASSERT_TRUE(world.space->fault(start + kPage, Fault::Write, wait) == FaultResult::Ready);
    const auto frame = world.frame_at(start + kPage);
    ASSERT_TRUE(world.space->promote(start + kPage * 7).has_value());
    EXPECT_TRUE(world.frame_at(start + kPage) == frame);
    EXPECT_TRUE(world.frame_at(start + kPage * (kPages - 1)) == frame + kPage * (kPages - 2));
    EXPECT_EQ(world.page_level(start), 1);
    // Taking one page away splits it again.
    TestFlush flush;
    ASSERT_TRUE(world.space->protect(start + kPage, kPage, Access::Read, flush).has_value());
    EXPECT_EQ(world.page_level(start), 0);
    EXPECT_EQ(world.space->fault(start + kPage, Fault::Write, wait).error(), Error::AccessDenied);
    EXPECT_TRUE(world.frame_at(start) == frame - kPage);
}

TEST(AddressSpace, WhatIsNoBlockIsNotPromoted) {
    World world;
    ASSERT_TRUE(world.is_complete());
    TestWait wait;
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait) == FaultResult::Ready);
    EXPECT_EQ(world.space->promote(world.start).error(), Error::NotFound);
    EXPECT_EQ(world.space->promote(VirtualAddress{0}).error(), Error::NotFound);
    EXPECT_EQ(world.space->promote(VirtualAddress{0x8000'0000'0000}).error(), Error::NotFound);
    EXPECT_EQ(world.page_level(world.start), 0);
}

} // namespace kernel::object
