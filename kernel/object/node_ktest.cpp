// From which nodes memory comes. Most of it needs a machine that has several: tests/system/nodes.toml.
#include <array>
#include <bit>

#include "kernel/object/test_memory.hpp"
#include "kernel/testing/skip.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Access;
using address_space::Fault;
using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using frame::Policy;

namespace {

constexpr Bytes kPage{base::kPageSize};

memory::FrameAllocator& frames() { return core::kernel().frames; }

u32 node_of(PhysicalAddress frame) { return frames().record(frame).node(); }

Policy bound_to(frame::NodeSet nodes) { return {.kind = Policy::Kind::Bind, .nodes = nodes}; }

u32 own_node() {
    const u32 id = core::kernel().processors.at(static_cast<u32>(Arch::cpu_index())).hardware_id();
    return memory::allocator_node(core::kernel().platform.nodes().node_of_processor(id));
}

bool is_single() {
    const bool single = frames().node_count() < 2;
    if (single) {
        testing::print_skipped("the machine has one node");
    }
    return single;
}

frame::NodeSet all_but(u32 node) { return ((1U << frames().node_count()) - 1) & ~(1U << node); }

/// By the firmware's distances, not the allocator's.
u32 nearest_of(frame::NodeSet nodes, u32 from) {
    u32 nearest = static_cast<u32>(std::countr_zero(nodes));
    for (u32 node = 0; node < frames().node_count(); ++node) {
        const auto& table = core::kernel().platform.nodes();
        if ((nodes >> node & 1) != 0 && table.distance(from, node) < table.distance(from, nearest)) {
            nearest = node;
        }
    }
    return nearest;
}

/// An object of 16 pages in a space.
struct World : TestMemory {
    World() { start = map(memory, Access::ReadWrite); }

    [[nodiscard]] bool is_complete() const { return start != base::VirtualAddress{0}; }

    /// The node of the frame that writing to `page` gets.
    [[nodiscard]] u32 node_of_written(u64 page) const {
        TestWait wait;
        const bool is_there = space->fault(start + kPage * page, Fault::Write, wait) == FaultResult::Ready;
        return is_there ? node_of(frame_at(start + kPage * page)) : frame::kMaximumNodes;
    }

    base::RefPtr<Memory> memory = make(kPage * 16);
    base::VirtualAddress start{0};
};

/// All blocks that a node has, chained through their first words.
class Hoard {
  public:
    explicit Hoard(u32 node) {
        for (unsigned order = frame::kLargestOrder; order < frame::kOrders; --order) {
            while (const auto block = frames().allocate({.order = order, .policy = bound_to(1U << node)})) {
                word_of(*block) = last_.value();
                last_ = *block;
            }
        }
    }

    Hoard(const Hoard&) = delete;
    Hoard& operator=(const Hoard&) = delete;

    ~Hoard() {
        while (last_ != PhysicalAddress{0}) {
            const PhysicalAddress block = last_;
            last_ = PhysicalAddress{word_of(block)};
            frames().free(block);
        }
    }

  private:
    static u64& word_of(PhysicalAddress block) {
        return *static_cast<u64*>(static_cast<void*>(Arch::physical_bytes(block, Bytes{sizeof(u64)}).data()));
    }

    PhysicalAddress last_{0};
};

} // namespace

TEST(Nodes, FramesOfAnObjectComeFromTheNodeItIsBoundTo) {
    World world;
    ASSERT_TRUE(world.is_complete());
    for (u32 node = 0; node < frames().node_count(); ++node) {
        ASSERT_TRUE(world.memory->set_policy(bound_to(1U << node)).has_value());
        EXPECT_EQ(world.node_of_written(node), node);
    }
}

TEST(Nodes, TheSpaceDecidesWhereTheObjectLeavesItOpen) {
    World world;
    ASSERT_TRUE(world.is_complete());
    const u32 last = frames().node_count() - 1;
    ASSERT_TRUE(world.space->set_policy(bound_to(1U << last)).has_value());
    EXPECT_EQ(world.node_of_written(0), last);
    ASSERT_TRUE(world.memory->set_policy(bound_to(1)).has_value());
    EXPECT_EQ(world.node_of_written(1), 0U);
}

TEST(Nodes, InterleavingGoesRoundAllNodes) {
    World world;
    ASSERT_TRUE(world.is_complete());
    ASSERT_TRUE(world.memory->set_policy({.kind = Policy::Kind::Interleave, .nodes = frame::kAllNodes}).has_value());
    std::array<u64, frame::kMaximumNodes + 1> written{};
    for (u64 page = 0; page < 16; ++page) {
        ++written.at(world.node_of_written(page));
    }
    // An attempt for which the budget had nothing at hand, and which is made again, has its turn too.
    const u64 least = 16 / frames().node_count() - 1;
    for (u32 node = 0; node < frames().node_count(); ++node) {
        EXPECT_LT(least - 1, written.at(node));
    }
}

TEST(Nodes, BlocksComeFromTheNodeTheyAreBoundTo) {
    TestMemory world;
    ASSERT_TRUE(world.is_complete());
    const u32 last = frames().node_count() - 1;
    auto block = Memory::allocate_pages(world.budget, 4, memory_object::Contents::Zero, bound_to(1U << last));
    ASSERT_TRUE(block.has_value());
    const auto start = world.map(*block, Access::ReadWrite);
    TestWait wait;
    ASSERT_TRUE(world.space->fault(start, Fault::Write, wait) == FaultResult::Ready);
    EXPECT_EQ(node_of(world.frame_at(start)), last);
}

TEST(Nodes, NodesThatThereAreNotAreRefused) {
    World world;
    ASSERT_TRUE(world.is_complete());
    for (const auto kind : {Policy::Kind::Bind, Policy::Kind::Interleave}) {
        for (const frame::NodeSet nodes : {0U, 1U << frames().node_count(), 1U << 31}) {
            const Policy policy{.kind = kind, .nodes = nodes};
            EXPECT_EQ(world.memory->set_policy(policy).error(), Error::InvalidArgument);
            EXPECT_EQ(world.space->set_policy(policy).error(), Error::InvalidArgument);
            EXPECT_EQ(Memory::allocate_pages(world.budget, 0, memory_object::Contents::Zero, policy).error(),
                      Error::InvalidArgument);
        }
    }
    EXPECT_TRUE(world.memory->policy().kind == Policy::Kind::Local);
    EXPECT_EQ(world.node_of_written(0), own_node());
}

TEST(Nodes, WhereABoundNodeIsEmptyTheOthersDoNotServe) {
    if (is_single()) {
        return;
    }
    const u32 other = static_cast<u32>(std::countr_zero(all_but(own_node())));
    const Hoard hoard(other);
    EXPECT_EQ(frames().allocate({.policy = bound_to(1U << other)}).error(), Error::NoMemory);
}

TEST(Nodes, TheNearestServesWhereTheOwnIsEmpty) {
    if (is_single()) {
        return;
    }
    const u32 own = own_node();
    const u32 nearest = nearest_of(all_but(own), own);
    const auto bound = frames().allocate({.policy = bound_to(all_but(own))});
    ASSERT_TRUE(bound.has_value());
    EXPECT_EQ(node_of(*bound), nearest);
    frames().free(*bound);
    const Hoard hoard(own);
    const u64 remote = frames().counts(nearest).remote;
    const auto frame = frames().allocate();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(node_of(*frame), nearest);
    EXPECT_EQ(frames().counts(nearest).remote, remote + 1);
    frames().free(*frame);
}

TEST(Nodes, LocalAndRemoteAllocationsAreCounted) {
    const u32 own = own_node();
    const u64 local = frames().counts(own).local;
    const auto near = frames().allocate();
    ASSERT_TRUE(near.has_value());
    EXPECT_EQ(node_of(*near), own);
    EXPECT_EQ(frames().counts(own).local, local + 1);
    frames().free(*near);
    for (u32 node = 0; node < frames().node_count(); ++node) {
        if (node == own) {
            continue;
        }
        const u64 remote = frames().counts(node).remote;
        const auto far = frames().allocate({.policy = bound_to(1U << node)});
        ASSERT_TRUE(far.has_value());
        EXPECT_EQ(frames().counts(node).remote, remote + 1);
        frames().free(*far);
    }
}

} // namespace kernel::object
