#include "libs/frame/depot.hpp"

#include <set>
#include <vector>

#include "libs/frame/fake_machine.hpp"
#include "testing/test.hpp"

namespace frame {

using base::Error;
using base::u64;

namespace {

/// One node; blocks come from the depot directly, because no processor has a cache.
struct Node : FakeMachine {
    explicit Node(Number start = 256, u64 frames = 4 * kFramesPerGiB, u64 space = 8 * kFramesPerGiB)
        : FakeMachine(space) {
        EXPECT_TRUE(allocator.add_range(start, start + frames, 0).has_value());
    }

    base::Result<Number> take(unsigned order) { return allocator.allocate(nullptr, {.order = order}); }

    void give(Number frame) { allocator.free(nullptr, frame); }
};

} // namespace

TEST(Depot, BlocksAreAlignedAndApart) {
    Node node;
    for (unsigned order = 0; order <= kLargestOrder; ++order) {
        const auto first = node.take(order);
        const auto second = node.take(order);
        ASSERT_TRUE(first.has_value() && (second.has_value() || order == kLargestOrder));
        EXPECT_EQ(*first % frames_in(order), 0U);
        EXPECT_EQ(node.allocator.records().at(*first).state().order(), order);
        if (second) {
            EXPECT_GE(std::max(*first, *second) - std::min(*first, *second), frames_in(order));
            node.give(*second);
        }
        node.give(*first);
    }
    EXPECT_EQ(node.counts().used, 0U);
    EXPECT_EQ(node.take(kLargestOrder + 1).error(), Error::InvalidArgument);
}

TEST(Depot, NeighboursJoinAgain) {
    Node node;
    const auto large = node.take(kLargestOrder);
    ASSERT_TRUE(large.has_value());
    node.give(*large);
    std::vector<Number> pieces;
    for (int i = 0; i < 5000; ++i) {
        pieces.push_back(*node.take(0));
    }
    for (const Number piece : pieces) {
        node.give(piece);
    }
    // As many blocks of 1 GiB as before: the first range's last whole gibibytes, but for one that holds metadata.
    u64 found = 0;
    while (node.take(kLargestOrder)) {
        ++found;
    }
    EXPECT_EQ(found, 3U);
}

TEST(Depot, TheFirstFrameCostsTheSameOfAnyMemory) {
    Node small(256, kFramesPerGiB);
    Node large(256, 100 * kFramesPerGiB, 128 * kFramesPerGiB);
    ASSERT_TRUE(small.take(0).has_value());
    ASSERT_TRUE(large.take(0).has_value());
    EXPECT_LE(large.store.pages(), 16U);
    EXPECT_LE(large.store.pages(), small.store.pages() + 2);
    EXPECT_LE(large.counts().metadata, 600U);
}

TEST(Depot, EveryFrameOnceAndThenNone) {
    Node node(300, 20'000);
    std::vector<bool> seen(20'300);
    std::vector<Number> taken;
    while (const auto frame = node.take(0)) {
        ASSERT_TRUE(*frame >= 300 && *frame < 20'300 && !seen[*frame]);
        seen[*frame] = true;
        taken.push_back(*frame);
    }
    EXPECT_EQ(node.counts().free, 0U);
    EXPECT_EQ(node.counts().used + node.counts().metadata, 20'000U);
    EXPECT_EQ(node.take(0).error(), Error::NoMemory);
    for (const Number frame : taken) {
        node.give(frame);
    }
    EXPECT_EQ(node.counts().used, 0U);
    EXPECT_EQ(node.counts().free, taken.size());
}

TEST(Depot, RecordsAreLessThanEightInAThousand) {
    constexpr u64 kFrames = 4 * kFramesPerGiB;
    Node node(kFramesPerGiB, kFrames);
    while (node.take(0)) {
    }
    EXPECT_LE(node.store.pages() * 1000, kFrames * 8);
    EXPECT_LE(node.counts().metadata * 10'000, kFrames * 82); // with what is kept for the next
}

TEST(Depot, RunsAreCutToMeasure) {
    Node node;
    for (const u64 count : {1UL, 2UL, 3UL, 5UL, 100UL, 511UL, 513UL, 1000UL}) {
        const u64 before = node.counts().used;
        const auto run = node.allocator.allocate_run(nullptr, count, {});
        ASSERT_TRUE(run.has_value());
        EXPECT_EQ(node.counts().used, before + count);
        node.allocator.free_run(*run, count);
        EXPECT_EQ(node.counts().used, before);
    }
    EXPECT_EQ(node.allocator.allocate_run(nullptr, 0, {}).error(), Error::InvalidArgument);
    EXPECT_EQ(node.allocator.allocate_run(nullptr, frames_in(kLargestOrder) + 1, {}).error(), Error::InvalidArgument);
}

TEST(Depot, AHugePageBecomesSinglePages) {
    Node node;
    const auto huge = node.take(9);
    ASSERT_TRUE(huge.has_value());
    node.allocator.records().at(*huge).set_owner(77);
    ASSERT_TRUE(node.allocator.split(*huge).has_value());
    EXPECT_EQ(node.counts().used, 512U);
    for (Number piece = *huge; piece < *huge + 512; ++piece) {
        EXPECT_EQ(node.allocator.records().at(piece).owner(), 77U);
        node.give(piece);
    }
    EXPECT_EQ(node.counts().used, 0U);
    const auto larger = node.take(10);
    ASSERT_TRUE(larger.has_value());
    EXPECT_EQ(node.allocator.split(*larger).error(), Error::InvalidArgument);
}

TEST(Depot, WithoutRecordsNothingIsLost) {
    Node node;
    ASSERT_TRUE(node.take(0).has_value());
    const Counts before = node.counts();
    node.store.is_refusing = true;
    EXPECT_EQ(node.take(kLargestOrder).error(), Error::NoMemory);
    EXPECT_EQ(node.counts().free, before.free);
    EXPECT_EQ(node.counts().used, before.used);
    node.store.is_refusing = false;
    EXPECT_TRUE(node.take(kLargestOrder).has_value());
}

TEST(Depot, ACacheIsFilledInRows) {
    Node node;
    CpuCache& cache = node.add_cpu();
    std::set<Number> frames;
    for (u64 i = 0; i < 10 * CpuCache::kBatch; ++i) {
        const auto frame = node.allocator.allocate(&cache, {});
        ASSERT_TRUE(frame.has_value());
        EXPECT_TRUE(node.allocator.records().at(*frame).state().is_single(Kind::Used));
        EXPECT_TRUE(frames.insert(*frame).second) << "handed out twice";
    }
    EXPECT_EQ(node.used(), frames.size());
    for (const Number frame : frames) {
        node.allocator.free(&cache, frame);
    }
    node.drain_all();
    EXPECT_EQ(node.counts().used, 0U);
    EXPECT_TRUE(node.take(kLargestOrder - 1).has_value()) << "and whole again";
}

TEST(DepotDeath, SaysThatAFrameIsFreedTwice) {
    Node node;
    const Number frame = *node.take(0);
    node.give(frame);
    EXPECT_DEATH(node.give(frame), "a frame is freed that is not used");
    const Number block = *node.take(3);
    EXPECT_DEATH(node.give(block + 1), "a frame is freed that is not used");
    node.allocator.records().at(block).add_reference();
    EXPECT_DEATH(node.give(block), "a frame is freed that others hold");
}

} // namespace frame
