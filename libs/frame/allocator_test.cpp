#include "libs/frame/allocator.hpp"

#include <vector>

#include "libs/frame/fake_machine.hpp"
#include "testing/test.hpp"

namespace frame {

using base::Error;
using base::u64;
using base::u8;

namespace {

constexpr u8 kNodes = 3;

Topology three_nodes() {
    Topology topology(kNodes);
    topology.set_distance(0, 1, 30);
    topology.set_distance(0, 2, 20);
    return topology;
}

/// Three nodes of 16 MiB, one processor on each.
struct Machine : FakeMachine {
    static constexpr u64 kFrames = 16 * kFramesPerMiB;

    Machine() : FakeMachine(kFramesPerGiB, three_nodes()) {
        for (u8 node = 0; node < kNodes; ++node) {
            EXPECT_TRUE(allocator.add_range(start_of(node), start_of(node) + kFrames, node).has_value());
            add_cpu(node);
        }
    }

    static Number start_of(u8 node) { return kFrames * (1 + 2 * u64{node}); }

    static u8 node_of(Number frame) { return static_cast<u8>((frame / kFrames - 1) / 2); }
};

} // namespace

TEST(Allocator, AFrameComesBackFirst) {
    Machine machine;
    CpuCache& cpu = machine.caches[0];
    const Number frame = *machine.allocator.allocate(&cpu, {});
    EXPECT_EQ(machine.used(), 1U);
    const auto generation = machine.allocator.records().at(frame).generation();
    machine.allocator.free(&cpu, frame);
    EXPECT_EQ(machine.used(), 0U);
    EXPECT_EQ(machine.allocator.records().at(frame).generation(), generation + 1);
    EXPECT_EQ(*machine.allocator.allocate(&cpu, {}), frame);
}

TEST(Allocator, ACacheHoldsAtMost64) {
    Machine machine;
    CpuCache& cpu = machine.caches[0];
    std::vector<Number> frames;
    for (int i = 0; i < 500; ++i) {
        frames.push_back(*machine.allocator.allocate(&cpu, {}));
        EXPECT_LE(cpu.held(), 64U);
    }
    for (const Number frame : frames) {
        machine.allocator.free(&cpu, frame);
        EXPECT_LE(cpu.held(), 64U);
    }
    EXPECT_EQ(machine.used(), 0U);
    machine.drain_all();
    EXPECT_EQ(cpu.held(), 0U);
    EXPECT_EQ(machine.counts().used, 0U);
}

TEST(Allocator, LocalFirstThenTheNearest) {
    Machine machine;
    CpuCache& cpu = machine.caches[0];
    u8 last = 0;
    std::vector<u8> visited{0};
    while (const auto frame = machine.allocator.allocate(&cpu, {})) {
        last = Machine::node_of(*frame);
        if (last != visited.back()) {
            visited.push_back(last);
        }
    }
    EXPECT_EQ(visited, (std::vector<u8>{0, 2, 1}));
    EXPECT_EQ(cpu.local() + machine.allocator.counts(0).local + machine.allocator.counts(0).metadata, Machine::kFrames);
    EXPECT_EQ(machine.allocator.counts(2).remote + machine.allocator.counts(2).metadata, Machine::kFrames);
    EXPECT_EQ(machine.allocator.counts(0).remote, 0U);
}

TEST(Allocator, ABoundRequestStaysWhereItMay) {
    Machine machine;
    CpuCache& cpu = machine.caches[0];
    const Policy only_one{.kind = Policy::Kind::Bind, .nodes = 1 << 1};
    while (const auto frame = machine.allocator.allocate(&cpu, {.policy = only_one})) {
        EXPECT_EQ(Machine::node_of(*frame), 1);
    }
    EXPECT_EQ(machine.allocator.counts(1).free, 0U);
    EXPECT_EQ(machine.allocator.counts(0).used, 0U);
    EXPECT_EQ(machine.allocator.allocate(&cpu, {.policy = only_one}).error(), Error::NoMemory);
    const Policy nowhere{.kind = Policy::Kind::Bind, .nodes = 1 << 9};
    EXPECT_EQ(machine.allocator.allocate(&cpu, {.policy = nowhere}).error(), Error::InvalidArgument);
}

TEST(Allocator, InterleavedBlocksTakeTurns) {
    Machine machine;
    CpuCache& cpu = machine.caches[1];
    const Policy both{.kind = Policy::Kind::Interleave, .nodes = 0b101};
    for (u64 position = 0; position < 20; ++position) {
        const auto frame = machine.allocator.allocate(&cpu, {.policy = both, .position = position});
        ASSERT_TRUE(frame.has_value());
        EXPECT_EQ(Machine::node_of(*frame), position % 2 == 0 ? 0 : 2);
    }
    // When the node whose turn it is has none, the other serves.
    while (machine.allocator.allocate(nullptr, {.policy = {.kind = Policy::Kind::Bind, .nodes = 1}})) {
    }
    EXPECT_EQ(Machine::node_of(*machine.allocator.allocate(&cpu, {.policy = both, .position = 0})), 2);
}

TEST(Allocator, AFrameOfAnotherNodeGoesHome) {
    Machine machine;
    const Number frame = *machine.allocator.allocate(&machine.caches[1], {});
    EXPECT_EQ(Machine::node_of(frame), 1);
    const u64 before = machine.caches[0].held();
    machine.allocator.free(&machine.caches[0], frame);
    EXPECT_EQ(machine.caches[0].held(), before);
    EXPECT_EQ(machine.used(), 0U);
}

TEST(Allocator, SharedFramesAreHeldByAll) {
    Machine machine;
    Record& record = machine.allocator.records().at(*machine.allocator.allocate(nullptr, {}));
    EXPECT_EQ(record.references(), 1U);
    record.add_reference();
    EXPECT_EQ(record.drop_reference(), 2U);
    EXPECT_EQ(record.references(), 1U);
}

TEST(Allocator, ZerosComeFromThePool) {
    Machine machine;
    CpuCache& cpu = machine.caches[0];
    EXPECT_EQ(machine.allocator.allocate_zeroed(cpu).error(), Error::NoMemory);
    constexpr u64 kLimit = 100;
    while (const auto frame = machine.allocator.begin_zeroing(0, kLimit)) {
        machine.allocator.end_zeroing(*frame);
    }
    EXPECT_EQ(machine.allocator.zeroed(0), kLimit);
    EXPECT_EQ(machine.used(), 0U);
    for (u64 i = 0; i < kLimit; ++i) {
        ASSERT_TRUE(machine.allocator.allocate_zeroed(cpu).has_value());
    }
    EXPECT_EQ(machine.used(), kLimit);
    EXPECT_EQ(machine.allocator.allocate_zeroed(cpu).error(), Error::NoMemory);
}

TEST(Allocator, ThePoolIsMemoryWhenThereIsNoOther) {
    Machine machine;
    while (const auto frame = machine.allocator.begin_zeroing(0, Machine::kFrames)) {
        machine.allocator.end_zeroing(*frame);
    }
    EXPECT_GT(machine.allocator.zeroed(0), 100U);
    EXPECT_LE(machine.allocator.zeroed(0), Machine::kFrames / 2);
    const Policy local{.kind = Policy::Kind::Bind, .nodes = 1};
    while (machine.allocator.allocate(nullptr, {.policy = local})) {
    }
    EXPECT_EQ(machine.allocator.counts(0).free, 0U);
    EXPECT_EQ(machine.allocator.zeroed(0), 0U);
}

} // namespace frame
