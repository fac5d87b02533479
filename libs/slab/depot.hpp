/// All blocks of one cache.
#pragma once

#include <span>

#include "base/intrusive_list.hpp"
#include "base/result.hpp"
#include "libs/slab/geometry.hpp"
#include "libs/slab/page_source.hpp"
#include "libs/slab/slab.hpp"
#include "libs/slab/xorshift.hpp"

namespace slab {

/// Objects of the depot are free objects that no processor's magazine holds. Under the cache's lock.
class Depot {
  public:
    /// `prepare(context, object)` is called once for each object of a new block.
    struct Preparation {
        void (*prepare)(void* context, std::byte* object) = nullptr;
        void* context = nullptr;
    };

    Depot(const Geometry& geometry, PageSource& source, const void* owner, base::u64 seed)
        : geometry_(geometry), source_(&source), owner_(owner), random_(seed) {}

    /// The blocks must have gone: drain it first.
    ~Depot() { ASSERT(blocks_ == 0, "a depot dies with objects in use"); }

    Depot(const Depot&) = delete;
    Depot& operator=(const Depot&) = delete;

    /// Fills `objects` from the front with free ones, from few blocks; a new block is made only for the first. Returns
    /// how many there are. NoMemory if there is none.
    base::Result<base::usize> take(std::span<std::byte*> objects, const Preparation& preparation);

    /// Takes free objects back. One that is not of this cache, or twice here, is a bug of ours.
    void give(std::span<std::byte* const> objects);

    /// Gives all empty blocks back to the source.
    void trim();

    [[nodiscard]] base::usize blocks() const { return blocks_; }

  private:
    /// Empty blocks that are kept for the next who asks.
    static constexpr base::usize kKept = 1;

    using Slabs = base::IntrusiveList<Slab>;

    base::Result<void> grow(const Preparation& preparation);
    void give_one(std::byte* object);
    void release(Slab& slab);

    Geometry geometry_;
    PageSource* source_;
    const void* owner_;
    Xorshift random_;
    base::u32 colour_ = 0;
    base::usize blocks_ = 0;
    Slabs partial_; ///< some are free
    Slabs empty_;   ///< all are free
    Slabs full_;    ///< none is
};

} // namespace slab
