#include "libs/capability/table.hpp"

#include <vector>

#include "base/address.hpp"
#include "libs/capability/check.hpp"
#include "libs/capability/fake_memory.hpp"
#include "testing/test.hpp"

namespace capability {

using abi::Handle;
using abi::kAllPermissions;
using abi::kRead;
using abi::kWrite;
using abi::ObjectKind;
using base::Error;
using base::Nanoseconds;
using base::u32;

namespace {

constexpr u32 kStart = 0x1234567;

Contents full(Target& target) {
    return {.target = &target, .permissions = kAllPermissions, .effective = kAllPermissions};
}

/// A table of its own and one event.
struct World {
    explicit World(u32 generations = FakeTable::kGenerations) : table(memory, kStart, generations) {}

    Handle add() {
        const auto place = table.reserve();
        EXPECT_TRUE(place.has_value());
        return table.install(*place, full(event), event.root());
    }

    /// Gives `handle` back; the grace period is over at once.
    void end(Handle handle) {
        drop(*table.find(handle));
        table.recycle(handle.slot());
    }

    FakeMemory memory;
    FakeTable table;
    Target event{ObjectKind::Event};
};

} // namespace

TEST(CapabilityTable, FindsWhatWasInstalled) {
    World world;
    const Handle handle = world.add();
    Slot* const slot = world.table.find(handle);
    ASSERT_TRUE(slot != nullptr);
    EXPECT_EQ(&slot->target(), &world.event);
    EXPECT_EQ(slot->contents().permissions, kAllPermissions);
    EXPECT_EQ(slot->state().get<SlotLayout::Kind>(), ObjectKind::Event);
    EXPECT_EQ(handle.generation(), kStart);
    world.end(handle);
}

TEST(CapabilityTable, NothingElseResolves) {
    World world;
    const Handle handle = world.add();
    const base::u64 word = handle.word();
    constexpr base::u64 kOne = 1;
    for (const base::u64 wrong : {base::u64{0}, word & 0x7fff'ffff'ffff, word | kOne << 46, word | kOne << 63, word + 1,
                                  word + (kOne << 20), base::address_of(&world), ~base::u64{0}, word + (kOne << 15)}) {
        EXPECT_EQ(world.table.find(Handle{wrong}), nullptr) << wrong;
    }
    EXPECT_EQ(world.table.find(Handle::of_entry(Handle::kLargestSlot, kStart)), nullptr);
    EXPECT_EQ(world.table.find(Handle::of_entry(handle.slot() + 1, kStart)), nullptr) << "free";
    world.end(handle);
}

TEST(CapabilityTable, AStaleHandleNeverResolvesAgain) {
    World world;
    const Handle first = world.add();
    world.end(first);
    EXPECT_EQ(world.table.find(first), nullptr);
    // Oldest first: the slot comes back when all others have been used.
    for (u32 i = 1; i < kPageSlots; ++i) {
        const Handle other = world.add();
        EXPECT_NE(other.slot(), first.slot());
        world.end(other);
    }
    const Handle again = world.add();
    EXPECT_EQ(again.slot(), first.slot());
    EXPECT_EQ(again.generation(), kStart + 1);
    EXPECT_EQ(world.table.find(first), nullptr);
    world.end(again);
}

TEST(CapabilityTable, DeadAndReservedSlotsDoNotResolve) {
    World world;
    const auto place = world.table.reserve();
    ASSERT_TRUE(place.has_value());
    EXPECT_EQ(world.table.find(Handle::of_entry(*place, kStart)), nullptr);
    world.table.give_back(*place);
    const Handle handle = world.add();
    Slot& slot = *world.table.find(handle);
    slot.kill();
    EXPECT_EQ(world.table.find(handle), nullptr);
    world.event.remove(slot);
    world.table.recycle(handle.slot());
    EXPECT_EQ(world.table.count(), 0U);
}

TEST(CapabilityTable, ASlotIsRetiredBeforeItsGenerationsRepeat) {
    constexpr u32 kFew = 5;
    World world(kFew);
    std::vector<Handle> fill;
    for (u32 i = 1; i < kPageSlots; ++i) {
        fill.push_back(world.add());
    }
    // One slot left: each round uses its next generation.
    for (u32 round = 0; round < kFew; ++round) {
        const Handle handle = world.add();
        EXPECT_LT(handle.slot(), kPageSlots);
        EXPECT_EQ(handle.generation(), kStart + round);
        world.end(handle);
    }
    EXPECT_EQ(world.table.retired(), 1U);
    const Handle next = world.add();
    EXPECT_GE(next.slot(), kPageSlots);
    world.end(next);
    for (const Handle handle : fill) {
        world.end(handle);
    }
}

TEST(CapabilityTable, GenerationsBeginAgainBehindTheLargest) {
    FakeMemory memory;
    FakeTable table(memory, Handle::kLargestGeneration);
    Target event(ObjectKind::Event);
    for (u32 round = 0; round <= kPageSlots; ++round) {
        const auto place = table.reserve();
        const Handle handle = table.install(*place, full(event), event.root());
        EXPECT_EQ(handle.generation(), round < kPageSlots ? Handle::kLargestGeneration : 0U);
        drop(*table.find(handle));
        table.recycle(handle.slot());
    }
    EXPECT_EQ(table.retired(), 0U);
}

TEST(CapabilityTable, RefusesWithoutMemory) {
    World world;
    world.memory.limit = 1;
    EXPECT_EQ(world.table.reserve().error(), Error::NoMemory);
    world.memory.limit = 2;
    std::vector<Handle> handles;
    for (u32 i = 0; i < kPageSlots; ++i) {
        handles.push_back(world.add());
    }
    EXPECT_EQ(world.table.reserve().error(), Error::NoMemory);
    for (const Handle handle : handles) {
        world.end(handle);
    }
}

TEST(CapabilityTable, MovingKeepsThePlaceInTheTree) {
    World world;
    FakeTable other(world.memory, 9);
    const Handle parent = world.add();
    const auto place = world.table.reserve();
    const Handle child = world.table.install(*place, full(world.event), *world.table.find(parent));
    const auto there = other.reserve();
    ASSERT_TRUE(there.has_value());
    const Handle moved = other.take_over(*there, *world.table.find(parent));
    EXPECT_EQ(world.table.find(parent), nullptr);
    world.table.recycle(parent.slot());
    ASSERT_TRUE(other.find(moved) != nullptr);
    EXPECT_EQ(other.find(moved)->first_child(), world.table.find(child));
    world.end(child);
    drop(*other.find(moved));
    other.recycle(moved.slot());
}

TEST(CapabilityCheck, RefusesInItsOrder) {
    World world;
    const auto place = world.table.reserve();
    Contents contents = full(world.event);
    contents.permissions = kRead | kWrite;
    contents.effective = kRead;
    contents.expiry = Nanoseconds{100};
    const Handle handle = world.table.install(*place, contents, world.event.root());
    const Slot& slot = *world.table.find(handle);
    const auto at = [&slot](ObjectKind kind, abi::Permissions needed, base::u64 time) {
        return admit(slot, slot.state(), {kind, needed}, [time] { return Nanoseconds{time}; });
    };
    EXPECT_EQ(at(ObjectKind::Memory, kWrite, 200).error(), Error::WrongType);
    EXPECT_EQ(at(ObjectKind::Event, kWrite, 200).error(), Error::AccessDenied) << "policy took it";
    EXPECT_EQ(at(ObjectKind::Event, kRead, 100).error(), Error::Expired);
    EXPECT_TRUE(at(ObjectKind::Event, kRead, 99).has_value());
    EXPECT_TRUE(at(ObjectKind::None, {}, 0).has_value());
    world.end(handle);
}

TEST(CapabilityCheck, AsksForTheTimeOnlyWhereThereIsAnEnd) {
    World world;
    const Handle handle = world.add();
    const Slot& slot = *world.table.find(handle);
    bool asked = false;
    const auto now = [&asked] {
        asked = true;
        return Nanoseconds{~0ULL};
    };
    EXPECT_TRUE(admit(slot, slot.state(), {ObjectKind::Event, kRead}, now).has_value());
    EXPECT_FALSE(asked);
    world.end(handle);
}

TEST(CapabilityTable, GivenUpOnesAreRecycledInTheirOrder) {
    constexpr u32 kMany = 200;
    World world;
    GivenUp list;
    std::vector<Handle> handles;
    for (u32 i = 0; i < kMany; ++i) {
        handles.push_back(world.add());
    }
    for (const Handle handle : handles) {
        drop(*world.table.find(handle));
        world.table.give_up(handle.slot(), list);
        EXPECT_TRUE(world.table.find_owned(handle) == nullptr);
    }
    EXPECT_EQ(list.count, kMany);
    const u32 free = world.table.capacity() - kMany;
    while (list.count != 0) {
        world.table.recycle_first(list);
    }
    EXPECT_EQ(world.table.count(), 0U);
    // Those that were free before come first, then these, oldest first.
    for (u32 i = 0; i < free; ++i) {
        EXPECT_TRUE(world.table.reserve().has_value());
    }
    for (const Handle handle : handles) {
        const auto place = world.table.reserve();
        ASSERT_TRUE(place.has_value());
        EXPECT_EQ(*place, handle.slot());
    }
}

TEST(CapabilityTable, IsVisitedSomeAtATime) {
    constexpr u32 kMany = 150;
    World world;
    std::vector<Handle> handles;
    for (u32 i = 0; i < kMany; ++i) {
        handles.push_back(world.add());
    }
    drop(*world.table.find(handles.front()));
    u32 cursor = 0;
    u32 seen = 0;
    bool goes_on = true;
    while (goes_on) {
        u32 now = 0;
        constexpr u32 kSome = 7;
        goes_on = world.table.visit_some(cursor, kSome, [&](u32 place, Slot& slot) {
            if (slot.is_live()) {
                drop(slot);
            }
            world.table.recycle(place);
            ++now;
        });
        EXPECT_TRUE(now <= kSome);
        seen += now;
    }
    EXPECT_EQ(seen, kMany);
    EXPECT_EQ(world.table.count(), 0U);
    // Three pages, and the one that leads to them.
    EXPECT_EQ(world.memory.pages, 4U);
    EXPECT_FALSE(world.table.release_some(2));
    EXPECT_EQ(world.memory.pages, 2U);
    EXPECT_TRUE(world.table.release_some(2));
    EXPECT_EQ(world.memory.pages, 0U);
    EXPECT_TRUE(world.table.find(handles.back()) == nullptr);
}

} // namespace capability
