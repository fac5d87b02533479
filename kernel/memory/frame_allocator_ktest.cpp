#include "kernel/memory/frame_allocator.hpp"

#include <algorithm>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

namespace {

using base::Bytes;
using base::Pages;
using base::PhysicalAddress;

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

TEST(FrameAllocator, SaysWhenThereIsNotEnough) {
    boot::MemoryMap map;
    ASSERT_TRUE(map.add(PhysicalAddress{0x200000}, Bytes{0x3000}, boot::MemoryType::Usable).has_value());
    ASSERT_TRUE(map.normalize().has_value());
    FrameAllocator frames;
    frames.initialize(map, PhysicalAddress{0x201000});
    EXPECT_TRUE(frames.allocate_contiguous(Pages{3}).error() == base::Error::NoMemory);
    FrameAllocator again;
    again.initialize(map, PhysicalAddress{0x201000});
    EXPECT_TRUE(again.allocate_contiguous(Pages{2}).has_value());
    EXPECT_FALSE(again.allocate().has_value());
}

} // namespace kernel::memory
