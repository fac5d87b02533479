/// Objects of one size: free ones wait in magazines of each processor, the rest in a depot.
#pragma once

#include <cstddef>

#include "base/assert.hpp"
#include "base/result.hpp"
#include "libs/slab/any_cache.hpp"

namespace slab {

/// A free object is sealed by a secret word, so that a write to it, or freeing it twice, ends in a report; it holds
/// nothing that the allocator would follow. Safe for concurrent use by different processors.
///
/// When it ends nobody uses it, on any processor, and all objects are back.
template <World W, Shape kShape>
class ObjectCache : public AnyCache<W> {
    static constexpr Layout kLayout = Layout::of(kShape);
    using Base = AnyCache<W>;

  public:
    static constexpr Geometry kGeometry = kLayout.geometry;

    /// `secret` is random. `source` must outlive the cache.
    ObjectCache(PageSource& source, base::u64 secret) : Base(kLayout, source, secret) {}

    /// kShape.object_bytes of memory, contents undefined. NoMemory.
    [[gnu::always_inline]] base::Result<std::byte*> allocate() {
        std::byte* object = Base::own().loaded.pop();
        if (object == nullptr) [[unlikely]] {
            object = TRY(Base::allocate_slowly());
        }
        unseal(object);
        return object;
    }

    /// Takes back what allocate() gave.
    [[gnu::always_inline]] void free(std::byte* object) {
        if constexpr (!kGeometry.is_large) {
            const void* const owner = Slab::of(object, kGeometry.block_bytes()).owner();
            ASSERT(owner == static_cast<Base*>(this), "an object of another cache is freed");
        }
        W::check_is_open(object, kLayout.open_bytes);
        ASSERT(Base::seal_of(object) != Base::mark(object), "a slab object is freed twice");
        check_red_zone(object);
        Base::seal(object, kLayout);
        if (!Base::own().loaded.push(object)) [[unlikely]] {
            Base::free_slowly(object);
        }
    }

    /// What lies at the end of the slot of `object`: kShape.tail_bytes that are closed.
    static std::byte* tail_of(std::byte* object) { return kLayout.tail_of(object); }

  private:
    void unseal(std::byte* object) {
        W::open(object, kLayout.open_bytes);
        ASSERT(Base::seal_of(object) == Base::mark(object), "a free slab object was written to");
        Base::seal_of(object) = 0;
        if constexpr (W::kPatterns) {
            ASSERT(is_filled(kLayout.behind_seal(object), kFreeByte), "a free slab object was written to");
        }
    }

    static void check_red_zone(std::byte* object) {
        if constexpr (W::kPatterns) {
            W::open(object, kGeometry.slot_bytes);
            ASSERT(is_filled(kLayout.red_zone(object), kRedByte), "a write behind a slab object");
            W::close_red_zone(object, kGeometry.slot_bytes);
            W::open(object, kLayout.open_bytes);
        }
    }
};

} // namespace slab
