/// How the objects of a cache lie in their blocks.
#pragma once

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace slab {

/// What is asked for.
struct Shape {
    base::usize object_bytes = 0;   ///< what the user may touch
    base::usize alignment = 1;      ///< a power of two, at most a page
    base::usize red_zone_bytes = 0; ///< at least, right behind it
    base::usize tail_bytes = 0;     ///< of the allocator's own, at the end of its slot
    base::u32 largest_order = 0;    ///< of the blocks for more than one object
};

constexpr base::usize align_up(base::usize value, base::usize alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

/// Decided once for each cache. A block is a Slab at its start and objects behind it; or, where fewer than two objects
/// would fit, one object and nothing else.
struct Geometry {
    /// The objects of a block are numbered by a byte.
    static constexpr base::u32 kMostObjects = 255;
    /// Of a Slab.
    static constexpr base::usize kHeaderBytes = 32;

    base::usize object_bytes = 0;
    base::usize slot_bytes = 0; ///< from one object to the next
    base::usize first_slot = 0; ///< offset in the block, without colour
    base::usize colour_bytes = 0;
    base::u32 colours = 1; ///< places that the first object may have
    base::u32 order = 0;
    base::u32 capacity = 1;
    bool is_large = false; ///< one object a block

    [[nodiscard]] constexpr base::usize block_bytes() const { return base::kPageSize << order; }

    static constexpr Geometry of(const Shape& shape) {
        ASSERT(std::has_single_bit(shape.alignment) && shape.alignment <= base::kPageSize, "no alignment for a slab");
        const base::usize alignment = std::max(shape.alignment, sizeof(base::u64));
        const base::usize bytes = std::max(shape.object_bytes + shape.red_zone_bytes + shape.tail_bytes, kSmallestSlot);
        Geometry result{.object_bytes = shape.object_bytes, .slot_bytes = align_up(bytes, alignment)};
        result.fit(alignment);
        while (result.capacity < kEnoughObjects && result.order < shape.largest_order) {
            ++result.order;
            result.fit(alignment);
        }
        if (result.capacity < kFewestObjects) {
            return large(shape, result.slot_bytes);
        }
        result.colour_bytes = std::max(alignment, kCacheLine);
        const base::usize used = result.first_slot + result.capacity * result.slot_bytes;
        result.colours = static_cast<base::u32>((result.block_bytes() - used) / result.colour_bytes) + 1;
        return result;
    }

    /// A power of two.
    static constexpr base::usize pages_holding(base::usize bytes) {
        return std::bit_ceil((bytes + base::kPageSize - 1) / base::kPageSize);
    }

  private:
    static constexpr base::usize kSmallestSlot = 16;
    static constexpr base::usize kCacheLine = 64;
    static constexpr base::u32 kEnoughObjects = 8;
    static constexpr base::u32 kFewestObjects = 2;

    /// As many as the block holds behind the header and a byte for each.
    constexpr void fit(base::usize alignment) {
        const base::usize most = (block_bytes() - kHeaderBytes) / (slot_bytes + 1);
        capacity = static_cast<base::u32>(std::min<base::usize>(kMostObjects, most));
        while (capacity != 0 && align_up(kHeaderBytes + capacity, alignment) + capacity * slot_bytes > block_bytes()) {
            --capacity;
        }
        first_slot = align_up(kHeaderBytes + capacity, alignment);
    }

    static constexpr Geometry large(const Shape& shape, base::usize slot_bytes) {
        const base::usize pages = pages_holding(slot_bytes);
        return {.object_bytes = shape.object_bytes,
                .slot_bytes = pages * base::kPageSize,
                .order = static_cast<base::u32>(std::countr_zero(pages)),
                .is_large = true};
    }
};

} // namespace slab
