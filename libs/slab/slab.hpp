/// One block of memory, cut into objects.
#pragma once

#include <cstddef>
#include <span>

#include "base/address.hpp"
#include "base/intrusive_list.hpp"
#include "base/types.hpp"
#include "libs/slab/geometry.hpp"
#include "libs/slab/xorshift.hpp"

namespace slab {

/// Stands at the start of its block; behind it a stack of the numbers of free objects, then the objects. No free object
/// holds a link: who writes into one cannot send the allocator anywhere.
///
/// Guarded by the lock of its depot, but for owner(), which does not change.
class Slab : public base::ListLink<> {
  public:
    /// Makes the slab of `block`, all free, in an order drawn from `random`. `colour` is below geometry.colours.
    static Slab& make(std::span<std::byte> block, const Geometry& geometry, const void* owner, base::u32 colour,
                      Xorshift& random);

    /// The slab in whose block `object` lies. Only for an address that lies in some block.
    static Slab& of(const std::byte* object, base::usize block_bytes) {
        // SAFETY: blocks begin at multiples of their size, and a slab at the start of its block.
        return *reinterpret_cast<Slab*>(base::address_of(object) & ~(block_bytes - 1));
    }

    /// The block may go back to where it came from.
    static std::span<std::byte> unmake(Slab& slab, const Geometry& geometry);

    /// The cache it belongs to.
    [[nodiscard]] const void* owner() const { return owner_; }

    [[nodiscard]] bool is_full() const { return free_ == 0; }

    [[nodiscard]] bool is_empty(const Geometry& geometry) const { return free_ == geometry.capacity; }

    /// A free object; there must be one.
    std::byte* take(const Geometry& geometry);

    /// Takes back `object`. False, and nothing changes, if it is none of this slab's, or more come back than went out.
    [[nodiscard]] bool give(const std::byte* object, const Geometry& geometry);

    /// The object of number `index`.
    [[nodiscard]] std::byte* object(base::u32 index, const Geometry& geometry);

  private:
    Slab(const void* owner, base::u32 first_slot) : owner_(owner), first_slot_(first_slot) {}

    [[nodiscard]] std::span<base::u8> numbers(const Geometry& geometry);

    const void* owner_;
    base::u32 first_slot_; ///< offset in the block, with colour
    base::u32 free_ = 0;
};

static_assert(sizeof(Slab) == Geometry::kHeaderBytes);

} // namespace slab
