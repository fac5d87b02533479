#include "kernel/memory/frame_allocator.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

namespace {

using base::Bytes;
using base::Pages;
using base::PhysicalAddress;
using namespace base::literals;

bool is_usable(PhysicalAddress frame) {
    return std::ranges::any_of(core::kernel().boot_info.memory.ranges(), [frame](const boot::MemoryRange& range) {
        return range.type == boot::MemoryType::Usable && range.start <= frame && frame < range.end();
    });
}

} // namespace

TEST(FrameAllocator, GivesAlignedUsableFrames) {
    FrameAllocator& frames = core::kernel().frames;
    const auto frame = frames.allocate();
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->is_aligned(Bytes{base::kPageSize}));
    EXPECT_TRUE(is_usable(*frame));
    frames.free(*frame);
}

TEST(FrameAllocator, NeverGivesTheImageOrAModule) {
    FrameAllocator& frames = core::kernel().frames;
    const auto frame = frames.allocate();
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(*frame < Arch::image_start() || *frame >= Arch::image_end());
    for (const boot::Module& module : core::kernel().boot_info.modules()) {
        EXPECT_TRUE(*frame < module.start || *frame >= module.start + module.size);
    }
    frames.free(*frame);
}

TEST(FrameAllocator, GivesBackWhatWasFreedFirst) {
    FrameAllocator& frames = core::kernel().frames;
    const Pages before = frames.used();
    const auto first = frames.allocate();
    const auto second = frames.allocate();
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_FALSE(*first == *second);
    frames.free(*first);
    frames.free(*second);
    EXPECT_TRUE(frames.used() == before);
    const auto third = frames.allocate();
    ASSERT_TRUE(third.has_value());
    EXPECT_TRUE(*third == *second);
    frames.free(*third);
}

TEST(FrameAllocator, ZeroedFramesAreZero) {
    FrameAllocator& frames = core::kernel().frames;
    const auto dirty = frames.allocate();
    ASSERT_TRUE(dirty.has_value());
    std::ranges::fill(Arch::physical_bytes(*dirty, Bytes{base::kPageSize}), std::byte{0xa5});
    frames.free(*dirty);
    const auto clean = frames.allocate_zeroed();
    ASSERT_TRUE(clean.has_value());
    const auto bytes = Arch::physical_bytes(*clean, Bytes{base::kPageSize});
    EXPECT_TRUE(std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; }));
    frames.free(*clean);
}

TEST(FrameAllocator, ARunIsGivenBackWhole) {
    FrameAllocator& frames = core::kernel().frames;
    const Pages before = frames.used();
    const auto run = frames.allocate_contiguous(Pages{21});
    ASSERT_TRUE(run.has_value());
    EXPECT_TRUE(frames.used() == before + Pages{21});
    std::ranges::fill(Arch::physical_bytes(*run, Pages{21}.bytes()), std::byte{0x5a});
    frames.free_contiguous(*run, Pages{21});
    EXPECT_TRUE(frames.used() == before);
}

TEST(FrameAllocator, AHugePageIsAlignedAndCanBeSplit) {
    FrameAllocator& frames = core::kernel().frames;
    const Pages before = frames.used();
    const auto huge = frames.allocate({.order = 9});
    ASSERT_TRUE(huge.has_value());
    EXPECT_TRUE(huge->is_aligned(Bytes{2 << 20}));
    std::ranges::fill(Arch::physical_bytes(*huge, Bytes{2 << 20}), std::byte{0x5a});
    ASSERT_TRUE(frames.split(*huge).has_value());
    for (Bytes offset{0}; offset < Bytes{2 << 20}; offset += Bytes{base::kPageSize}) {
        frames.free(*huge + offset);
    }
    EXPECT_TRUE(frames.used() == before);
    EXPECT_TRUE(frames.allocate({.order = 19}).error() == base::Error::InvalidArgument);
}

TEST(FrameAllocator, TheLastHolderFrees) {
    FrameAllocator& frames = core::kernel().frames;
    const Pages before = frames.used();
    const auto frame = frames.allocate();
    ASSERT_TRUE(frame.has_value());
    frames.share(*frame);
    frames.release(*frame);
    EXPECT_TRUE(frames.used() == before + Pages{1});
    const base::u32 generation = frames.record(*frame).generation();
    frames.release(*frame);
    EXPECT_TRUE(frames.used() == before);
    EXPECT_EQ(frames.record(*frame).generation(), generation + 1);
}

TEST(FrameAllocator, IdleProcessorsMakeZeros) {
    FrameAllocator& frames = core::kernel().frames;
    const Pages before = frames.used();
    constexpr base::u64 kWanted = 20;
    frames.want_zeroed(kWanted);
    while (frames.zero_one()) {
    }
    frames.want_zeroed(0);
    // Others may be clearing one just now, and each may have begun one that was the last.
    const base::Nanoseconds limit = core::kernel().clock.now() + 2_s;
    while (frames.used() != before && core::kernel().clock.now() < limit) {
    }
    EXPECT_TRUE(frames.used() == before);
    constexpr base::u64 kMostProcessors = 64;
    const base::u64 made = frames.zeroed(0);
    EXPECT_TRUE(made >= kWanted && made < kWanted + core::kernel().processors.count());
    std::array<PhysicalAddress, kWanted + kMostProcessors> taken{};
    for (PhysicalAddress& frame : std::span(taken).first(std::min(made, kWanted + kMostProcessors))) {
        const auto taken_now = frames.allocate_zeroed();
        EXPECT_TRUE(taken_now.has_value());
        if (!taken_now) {
            continue;
        }
        frame = *taken_now;
        const auto bytes = Arch::physical_bytes(frame, Bytes{base::kPageSize});
        EXPECT_TRUE(std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; }));
    }
    EXPECT_EQ(frames.zeroed(0), 0U);
    for (const PhysicalAddress frame : taken) {
        if (frame != PhysicalAddress{0}) {
            frames.free(frame);
        }
    }
    EXPECT_TRUE(frames.used() == before);
}

TEST(FrameAllocator, ARangeInUseSaysSoAndStays) {
    FrameAllocator& frames = core::kernel().frames;
    const auto used = frames.allocate({.order = 3});
    ASSERT_TRUE(used.has_value());
    const auto slot = frames.find_range(*used);
    ASSERT_TRUE(slot.has_value());
    auto progress = frames.offline_range(*slot);
    while (progress.has_value() && !progress->is_walked) {
        progress = frames.offline_range(*slot);
    }
    ASSERT_TRUE(progress.has_value());
    EXPECT_FALSE(progress->is_offline);
    EXPECT_GE(progress->used, 8U);
    EXPECT_TRUE(frames.remove_range(*slot).error() == base::Error::BadState);
    auto is_back = frames.online_range(*slot);
    while (is_back.has_value() && !*is_back) {
        is_back = frames.online_range(*slot);
    }
    EXPECT_TRUE(is_back.has_value());
    EXPECT_EQ(frames.counts(0).withdrawn, 0U);
    frames.free(*used);
}

} // namespace kernel::memory
