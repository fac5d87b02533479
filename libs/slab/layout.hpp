/// What lies where in a slot: the user's bytes, a red zone, the allocator's own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "libs/slab/geometry.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a slot is memory of ours, of the size that the Geometry says.

namespace slab {

struct Layout {
    Geometry geometry;
    base::usize open_bytes = 0; ///< the user's; the seal of a free object always fits
    base::usize tail_bytes = 0;

    static constexpr Layout of(const Shape& shape) {
        return {.geometry = Geometry::of(shape),
                .open_bytes = std::max(shape.object_bytes, sizeof(base::u64)),
                .tail_bytes = shape.tail_bytes};
    }

    /// Shape::tail_bytes that are closed, at the end of the slot of `object`.
    [[nodiscard]] constexpr std::byte* tail_of(std::byte* object) const {
        return object + geometry.slot_bytes - tail_bytes;
    }

    [[nodiscard]] constexpr std::span<std::byte> behind_seal(std::byte* object) const {
        return {object + sizeof(base::u64), open_bytes - sizeof(base::u64)};
    }

    [[nodiscard]] constexpr std::span<std::byte> red_zone(std::byte* object) const {
        return {object + open_bytes, tail_of(object)};
    }
};

} // namespace slab

#pragma clang unsafe_buffer_usage end
