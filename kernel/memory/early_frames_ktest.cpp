#include "kernel/memory/early_frames.hpp"

#include "testing/test.hpp"

namespace kernel::memory {

using base::Bytes;
using base::PhysicalAddress;

TEST(EarlyFrames, LowestFirstAndTheRestOnce) {
    boot::MemoryMap map;
    ASSERT_TRUE(map.add(PhysicalAddress{0x200000}, Bytes{0x3000}, boot::MemoryType::Usable).has_value());
    ASSERT_TRUE(map.add(PhysicalAddress{0x400000}, Bytes{0x1000}, boot::MemoryType::Usable).has_value());
    ASSERT_TRUE(map.normalize().has_value());
    EarlyFrames frames;
    frames.initialize(map, PhysicalAddress{0x201000});
    EXPECT_TRUE(frames.take() == PhysicalAddress{0x201000});
    base::u64 rest = 0;
    frames.visit_rest([&rest](PhysicalAddress start, PhysicalAddress end) { rest += (end - start).value(); });
    EXPECT_EQ(rest, 0x2000U);
    EXPECT_TRUE(frames.take() == PhysicalAddress{0x202000});
    EXPECT_TRUE(frames.take() == PhysicalAddress{0x400000});
    EXPECT_TRUE(frames.take().error() == base::Error::NoMemory);
    EXPECT_TRUE(frames.used() == base::Pages{3});
    frames.visit_rest([&rest](PhysicalAddress, PhysicalAddress) { rest = 0; });
    EXPECT_EQ(rest, 0x2000U);
}

} // namespace kernel::memory
