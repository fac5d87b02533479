#include <vector>

#include "libs/frame/fake_machine.hpp"
#include "testing/test.hpp"

namespace frame {

using base::Error;
using base::u16;
using base::u64;

namespace {

struct Machine : FakeMachine {
    base::Result<Number> take(unsigned order) { return allocator.allocate(nullptr, {.order = order}); }

    OfflineProgress walk(u16 slot) {
        auto progress = allocator.offline_range(slot);
        while (progress.has_value() && !progress->is_walked) {
            progress = allocator.offline_range(slot);
        }
        EXPECT_TRUE(progress.has_value());
        return progress.value_or(OfflineProgress{});
    }

    void bring_back(u16 slot) {
        base::Result<bool> done = false;
        while (done.has_value() && !*done) {
            done = allocator.online_range(slot);
        }
        EXPECT_TRUE(done.has_value());
    }
};

} // namespace

TEST(Ranges, ThousandsOfThem) {
    Machine machine;
    u64 total = 0;
    for (Number start = 16; start < 16 + 5000 * 64; start += 64) {
        const u64 size = 1 + start / 64 % 50;
        ASSERT_TRUE(machine.allocator.add_range(start, start + size, 0).has_value());
        total += size;
    }
    EXPECT_EQ(machine.counts().free + machine.counts().metadata, total);
    std::vector<Number> taken;
    while (const auto frame = machine.take(0)) {
        ASSERT_LT((*frame - 16) % 64, 1 + (*frame - 16) / 64 % 50);
        taken.push_back(*frame);
    }
    EXPECT_EQ(taken.size() + machine.counts().metadata, total);
    for (const Number frame : taken) {
        machine.allocator.free(nullptr, frame);
    }
    EXPECT_EQ(machine.counts().free, taken.size());
    EXPECT_EQ(*machine.allocator.find_range(16 + 64 * 4321), 4321U);
}

TEST(Ranges, RefusesWhatCannotBe) {
    Machine machine;
    FakeAllocator& allocator = machine.allocator;
    ASSERT_TRUE(allocator.add_range(100, 200, 0).has_value());
    EXPECT_EQ(allocator.add_range(0, 50, 0).error(), Error::InvalidArgument);
    EXPECT_EQ(allocator.add_range(300, 300, 0).error(), Error::InvalidArgument);
    EXPECT_EQ(allocator.add_range(400, 300, 0).error(), Error::InvalidArgument);
    EXPECT_EQ(allocator.add_range(300, ~0ULL, 0).error(), Error::InvalidArgument);
    EXPECT_EQ(allocator.add_range(300, 400, 1).error(), Error::InvalidArgument);
    EXPECT_EQ(allocator.add_range(199, 300, 0).error(), Error::Exists);
    EXPECT_EQ(allocator.add_range(50, 101, 0).error(), Error::Exists);
    EXPECT_EQ(allocator.find_range(200).error(), Error::NotFound);
    EXPECT_EQ(allocator.offline_range(1).error(), Error::NotFound);
    EXPECT_EQ(allocator.online_range(7).error(), Error::NotFound);
    EXPECT_EQ(allocator.remove_range(1).error(), Error::NotFound);
    EXPECT_EQ(allocator.remove_range(0).error(), Error::BadState);
    EXPECT_EQ(machine.counts().free + machine.counts().metadata, 100U);
}

TEST(Ranges, BlocksDoNotReachOverABorder) {
    Machine machine;
    ASSERT_TRUE(machine.allocator.add_range(1024, 1024 + 512, 0).has_value());
    ASSERT_TRUE(machine.allocator.add_range(1024 + 512, 2048, 0).has_value());
    std::vector<Number> taken;
    while (const auto frame = machine.take(0)) {
        taken.push_back(*frame);
    }
    for (const Number frame : taken) {
        machine.allocator.free(nullptr, frame);
    }
    EXPECT_EQ(machine.take(10).error(), Error::NoMemory);
}

TEST(Ranges, OneThatNobodyUsesGoesAtOnce) {
    Machine machine;
    ASSERT_TRUE(machine.allocator.add_range(256, 64 * kFramesPerMiB, 0).has_value());
    ASSERT_TRUE(machine.take(0).has_value());
    const u16 slot = *machine.allocator.add_range(kFramesPerGiB, 2 * kFramesPerGiB, 0);
    const Counts before = machine.counts();
    const OfflineProgress progress = machine.walk(slot);
    EXPECT_TRUE(progress.is_offline);
    EXPECT_EQ(machine.counts().free, before.free - kFramesPerGiB);
    EXPECT_EQ(machine.counts().withdrawn, kFramesPerGiB);
    ASSERT_TRUE(machine.allocator.remove_range(slot).has_value());
    EXPECT_EQ(machine.counts().withdrawn, 0U);
    EXPECT_EQ(machine.allocator.find_range(kFramesPerGiB).error(), Error::NotFound);
    EXPECT_EQ(machine.take(kLargestOrder).error(), Error::NoMemory);
    EXPECT_EQ(*machine.allocator.add_range(kFramesPerGiB, 2 * kFramesPerGiB, 0), slot);
    EXPECT_TRUE(machine.take(kLargestOrder).has_value());
}

TEST(Ranges, TellsWhatIsStillUsedAndTakesItWhenItComesBack) {
    Machine machine;
    ASSERT_TRUE(machine.allocator.add_range(256, 1024, 0).has_value());
    ASSERT_TRUE(machine.take(0).has_value());
    const u16 slot = *machine.allocator.add_range(kFramesPerGiB, kFramesPerGiB + 8192, 0);
    std::vector<Number> used;
    for (int i = 0; i < 40; ++i) {
        used.push_back(*machine.take(5)); // the small range has few of these
    }
    std::erase_if(used, [](Number frame) { return frame < kFramesPerGiB; });
    ASSERT_GT(used.size(), 3U);
    OfflineProgress progress = machine.walk(slot);
    EXPECT_FALSE(progress.is_offline);
    EXPECT_EQ(progress.used, used.size() * 32);
    EXPECT_EQ(machine.allocator.remove_range(slot).error(), Error::BadState);
    while (const auto frame = machine.take(0)) {
        EXPECT_LT(*frame, kFramesPerGiB);
    }
    for (const Number frame : used) {
        machine.allocator.free(nullptr, frame);
    }
    EXPECT_EQ(machine.take(0).error(), Error::NoMemory);
    progress = machine.walk(slot);
    EXPECT_EQ(progress.used, 0U);
    EXPECT_EQ(progress.is_offline, progress.metadata == 0);
}

TEST(Ranges, OneThatStaysIsWholeAgain) {
    Machine machine;
    const u16 slot = *machine.allocator.add_range(kFramesPerGiB, 3 * kFramesPerGiB, 0);
    std::vector<Number> used;
    for (int i = 0; i < 3000; ++i) {
        used.push_back(*machine.take(0));
    }
    for (std::size_t i = 0; i < used.size(); i += 2) {
        machine.allocator.free(nullptr, used[i]);
    }
    const Counts before = machine.counts();
    machine.walk(slot);
    EXPECT_EQ(machine.counts().free, 0U);
    machine.bring_back(slot);
    EXPECT_EQ(machine.counts().free, before.free);
    EXPECT_EQ(machine.counts().used, before.used);
    for (std::size_t i = 1; i < used.size(); i += 2) {
        machine.allocator.free(nullptr, used[i]);
    }
    EXPECT_TRUE(machine.take(kLargestOrder).has_value());
    EXPECT_TRUE(machine.take(kLargestOrder - 1).has_value()); // of the gibibyte that holds metadata
}

TEST(Ranges, MetadataStays) {
    Machine machine;
    const u16 slot = *machine.allocator.add_range(256, 8192, 0);
    const Number frame = *machine.take(0);
    machine.allocator.free(nullptr, frame);
    const OfflineProgress progress = machine.walk(slot);
    EXPECT_FALSE(progress.is_offline);
    EXPECT_EQ(progress.used, 0U);
    EXPECT_EQ(progress.metadata, machine.counts().metadata);
}

} // namespace frame
