#include "libs/slab/depot.hpp"

#include "base/assert.hpp"

namespace slab {

using base::u32;
using base::usize;

base::Result<void> Depot::grow(const Preparation& preparation) {
    const auto block = TRY(source_->allocate(geometry_.order));
    Slab& slab = Slab::make(block, geometry_, owner_, colour_, random_);
    colour_ = (colour_ + 1) % geometry_.colours;
    for (u32 i = 0; i < geometry_.capacity; ++i) {
        preparation.prepare(preparation.context, slab.object(i, geometry_));
    }
    empty_.push_back(slab);
    ++blocks_;
    return {};
}

base::Result<usize> Depot::take(std::span<std::byte*> objects, const Preparation& preparation) {
    if (partial_.empty() && empty_.empty()) {
        TRY(grow(preparation));
    }
    usize count = 0;
    while (count < objects.size()) {
        Slabs& from = partial_.empty() ? empty_ : partial_;
        Slab* const slab = from.front();
        if (slab == nullptr) {
            break;
        }
        while (count < objects.size() && !slab->is_full()) {
            objects[count++] = slab->take(geometry_);
        }
        from.remove(*slab);
        (slab->is_full() ? full_ : partial_).push_front(*slab);
    }
    return count;
}

void Depot::give_one(std::byte* object) {
    Slab& slab = Slab::of(object, geometry_.block_bytes());
    ASSERT(slab.owner() == owner_, "an object came back to a cache it is not of");
    (slab.is_full() ? full_ : partial_).remove(slab);
    ASSERT(slab.give(object, geometry_), "an object came back that is none");
    if (!slab.is_empty(geometry_)) {
        partial_.push_front(slab);
        return;
    }
    empty_.push_front(slab);
    if (empty_.count() > kKept) {
        release(*empty_.back());
    }
}

void Depot::give(std::span<std::byte* const> objects) {
    for (std::byte* const object : objects) {
        give_one(object);
    }
}

void Depot::release(Slab& slab) {
    empty_.remove(slab);
    --blocks_;
    source_->free(Slab::unmake(slab, geometry_));
}

void Depot::trim() {
    while (Slab* const slab = empty_.front()) {
        release(*slab);
    }
}

} // namespace slab
