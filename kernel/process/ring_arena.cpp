#include "kernel/process/ring_arena.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "base/fill.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using base::Bytes;
using base::u32;

RingPlace::~RingPlace() {
    if (owner_ != nullptr) {
        owner_->give_back(*this);
    }
}

void RingPlace::clear() const { base::fill_with_zeros(bytes().first(count_ * RingChunk::kPlace.value())); }

std::optional<RingPlace> RingArena::take(Process& owner, Bytes size) {
    constexpr int kLooks = 8;
    const u32 count = RingChunk::count_of(size);
    int looks = 0;
    for (RingChunk& chunk : chunks_) {
        if (looks++ == kLooks || chunk.places().is_full()) {
            break;
        }
        if (const auto first = chunk.places().take(count)) {
            if (chunk.places().is_full()) {
                chunks_.remove(chunk);
                chunks_.push_back(chunk);
            }
            return RingPlace(owner, chunk, *first, count);
        }
    }
    return {};
}

RingPlace RingArena::add(Process& owner, RingChunk& chunk, Bytes size) {
    chunks_.push_front(chunk);
    size_ += chunk.size();
    auto place = take(owner, size);
    ASSERT(place.has_value(), "a new chunk has no room");
    return std::move(*place);
}

Bytes RingArena::next_size() const {
    const base::u64 all = std::bit_floor(size_.value());
    return std::clamp(Bytes{all}, Bytes{base::kPageSize}, RingChunk::kLargest);
}

void RingArena::keep(const RingPlace& place) {
    if (kept_ == nullptr && place.chunk_->is_shared()) {
        kept_ = place.chunk_;
    }
}

RingChunk* RingArena::give_back(const RingPlace& place) {
    RingChunk& chunk = *place.chunk_;
    if (!chunk.is_shared()) {
        return &chunk;
    }
    const bool was_full = chunk.places().is_full();
    chunk.places().give_back(place.first_, place.count_);
    const bool is_over = chunk.places().is_empty() && (is_closed_ || &chunk != kept_);
    if (is_over || was_full) {
        chunks_.remove(chunk);
    }
    if (is_over) {
        size_ -= chunk.size();
        return &chunk;
    }
    if (was_full) {
        chunks_.push_front(chunk);
    }
    return nullptr;
}

RingChunk* RingArena::close() {
    is_closed_ = true;
    RingChunk* const kept = std::exchange(kept_, nullptr);
    if (kept == nullptr || !kept->places().is_empty()) {
        return nullptr;
    }
    chunks_.remove(*kept);
    size_ -= kept->size();
    return kept;
}

} // namespace kernel::process
