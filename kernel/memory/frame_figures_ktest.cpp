// What frames cost: `./bench memory`.
#include <cstring>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/testing/figure.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;

namespace {

std::span<std::byte> link_in(PhysicalAddress frame) { return Arch::physical_bytes(frame, Bytes{sizeof(frame)}); }

/// Takes every frame there is; each holds the address of the one before.
PhysicalAddress take_all(FrameAllocator& frames) {
    PhysicalAddress last{0};
    while (const auto frame = frames.allocate()) {
        std::memcpy(link_in(*frame).data(), &last, sizeof(last));
        last = *frame;
    }
    return last;
}

u64 give_all(FrameAllocator& frames, PhysicalAddress last) {
    u64 count = 0;
    for (; last != PhysicalAddress{0}; ++count) {
        PhysicalAddress next{0};
        std::memcpy(&next, link_in(last).data(), sizeof(next));
        frames.free(last);
        last = next;
    }
    return count;
}

} // namespace

TEST(MemoryFigures, FramePair) {
    FrameAllocator& frames = core::kernel().frames;
    constexpr u64 kPairs = 1000;
    frames.free(frames.allocate().value_or(PhysicalAddress{0}));
    const u64 before = Arch::read_cycle_counter();
    for (u64 i = 0; i < kPairs; ++i) {
        const auto frame = frames.allocate();
        ASSERT_TRUE(frame.has_value());
        frames.free(*frame);
    }
    testing::print_figure("mm.frame_pair", (Arch::read_cycle_counter() - before) / kPairs);
}

TEST(MemoryFigures, FrameMetadata) {
    FrameAllocator& frames = core::kernel().frames;
    const base::Pages before = frames.used();
    const u64 taken = give_all(frames, take_all(frames));
    EXPECT_TRUE(frames.used() == before);
    u64 metadata = 0;
    for (base::u32 node = 0; node < frames.node_count(); ++node) {
        metadata += frames.counts(node).metadata;
    }
    const u64 all = taken + metadata + before.value();
    EXPECT_LT(metadata, all * 8 / 1000 + 80); // beside the records what is kept for the next
    const u64 per_mebibyte = (metadata << 20) / all;
    testing::print_figure("mm.metadata_per_mib", per_mebibyte, "bytes");
}

} // namespace kernel::memory
