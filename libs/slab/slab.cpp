#include "libs/slab/slab.hpp"

#include <new>
#include <utility>

#include "base/address.hpp"
#include "base/assert.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a block is cut by a Geometry that keeps header, numbers and objects inside it; every index is below its
// capacity.

namespace slab {

using base::u32;
using base::u8;
using base::usize;

Slab& Slab::make(std::span<std::byte> block, const Geometry& geometry, const void* owner, u32 colour,
                 Xorshift& random) {
    ASSERT(block.size() == geometry.block_bytes() && base::address_of(block.data()) % block.size() == 0,
           "a block of another size or place than was asked for");
    const usize first = geometry.first_slot + colour * geometry.colour_bytes;
    Slab& slab = *::new (block.data()) Slab(owner, static_cast<u32>(first));
    const std::span<u8> numbers = slab.numbers(geometry);
    for (u32 i = 0; i < geometry.capacity; ++i) {
        numbers[i] = static_cast<u8>(i);
        std::swap(numbers[i], numbers[random.below(i + 1)]);
    }
    slab.free_ = geometry.capacity;
    return slab;
}

std::span<std::byte> Slab::unmake(Slab& slab, const Geometry& geometry) {
    slab.~Slab();
    return {reinterpret_cast<std::byte*>(&slab), geometry.block_bytes()};
}

std::span<u8> Slab::numbers(const Geometry& geometry) { return {reinterpret_cast<u8*>(this + 1), geometry.capacity}; }

std::byte* Slab::object(u32 index, const Geometry& geometry) {
    return reinterpret_cast<std::byte*>(this) + first_slot_ + index * geometry.slot_bytes;
}

std::byte* Slab::take(const Geometry& geometry) {
    ASSERT(free_ != 0, "a full slab was asked for an object");
    return object(numbers(geometry)[--free_], geometry);
}

bool Slab::give(const std::byte* object, const Geometry& geometry) {
    const auto offset = static_cast<usize>(object - reinterpret_cast<std::byte*>(this)) - first_slot_;
    const usize index = offset / geometry.slot_bytes;
    if (offset % geometry.slot_bytes != 0 || index >= geometry.capacity || free_ == geometry.capacity) {
        return false;
    }
    numbers(geometry)[free_++] = static_cast<u8>(index);
    return true;
}

} // namespace slab

#pragma clang unsafe_buffer_usage end
