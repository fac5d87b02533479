#include "libs/slab/geometry.hpp"

#include "testing/test.hpp"

namespace slab {

namespace {

using base::usize;

void expect_sound(const Shape& shape) {
    const Geometry geometry = Geometry::of(shape);
    EXPECT_GE(geometry.slot_bytes, shape.object_bytes + shape.red_zone_bytes + shape.tail_bytes);
    EXPECT_EQ(geometry.slot_bytes % shape.alignment, 0U);
    EXPECT_EQ(geometry.first_slot % shape.alignment, 0U);
    if (geometry.is_large) {
        EXPECT_EQ(geometry.slot_bytes, geometry.block_bytes());
        return;
    }
    EXPECT_EQ(geometry.colour_bytes % shape.alignment, 0U);
    EXPECT_GE(geometry.capacity, 2U);
    EXPECT_LE(geometry.capacity, 255U);
    EXPECT_GE(geometry.first_slot, Geometry::kHeaderBytes + geometry.capacity);
    const usize last = geometry.first_slot + (geometry.colours - 1) * geometry.colour_bytes;
    EXPECT_LE(last + geometry.capacity * geometry.slot_bytes, geometry.block_bytes());
}

} // namespace

TEST(SlabGeometry, ObjectsFitInTheirBlockWithEveryColour) {
    for (usize bytes = 1; bytes < 20'000; bytes += bytes < 300 ? 1 : 97) {
        for (const usize alignment : {1U, 8U, 16U, 64U, 256U, 4096U}) {
            expect_sound({.object_bytes = bytes, .alignment = alignment, .tail_bytes = 8, .largest_order = 3});
            expect_sound({.object_bytes = bytes, .alignment = alignment, .red_zone_bytes = 16});
        }
    }
}

TEST(SlabGeometry, BlocksGrowUntilEnoughObjectsFit) {
    EXPECT_EQ(Geometry::of({.object_bytes = 64, .alignment = 64}).capacity, 62U);
    EXPECT_EQ(Geometry::of({.object_bytes = 1000, .alignment = 8, .largest_order = 3}).order, 1U);
    EXPECT_EQ(Geometry::of({.object_bytes = 1000, .alignment = 8}).capacity, 4U);
    EXPECT_FALSE(Geometry::of({.object_bytes = 2000, .alignment = 8}).is_large);
    EXPECT_TRUE(Geometry::of({.object_bytes = 2048, .alignment = 8}).is_large);
    EXPECT_EQ(Geometry::of({.object_bytes = 5000, .alignment = 8}).order, 1U);
    EXPECT_GT(Geometry::of({.object_bytes = 152, .alignment = 8}).colours, 1U);
}

} // namespace slab
