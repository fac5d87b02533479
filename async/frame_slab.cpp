#include "async/frame_slab.hpp"

#include <new>

namespace async {

using base::usize;

constinit thread_local FrameSlab* FrameSlab::of_thread = nullptr;

FrameSlab::~FrameSlab() {
    while (chunks_ != nullptr) {
        Chunk* const chunk = std::exchange(chunks_, chunks_->next);
        source_.give(chunk, sizeof(Chunk));
    }
}

void* FrameSlab::refill(usize size_class) {
    // Acquire: what the other worker wrote into the blocks is seen.
    Block* const back = given_back_[size_class].exchange(nullptr, std::memory_order_acquire);
    if (back != nullptr) {
        free_[size_class] = back->next;
        return back;
    }
    return carve(size_class * kStep);
}

void* FrameSlab::carve(usize bytes) {
    if (rest_.size() < bytes) {
        void* const memory = source_.take(sizeof(Chunk));
        if (memory == nullptr) {
            return nullptr;
        }
        // Not initialised: pages that no frame needs are not touched.
        auto* const chunk = ::new (memory) Chunk;
        chunk->next = std::exchange(chunks_, chunk);
        rest_ = chunk->room;
    }
    void* const block = rest_.data();
    rest_ = rest_.subspan(bytes);
    return block;
}

void FrameSlab::take_back(FrameSlab& other) {
    for (usize i = 0; i < kClasses; ++i) {
        while (Block* const block = other.free_[i]) {
            other.free_[i] = block->next;
            block->next = given_back_[i].load(std::memory_order_relaxed);
            // Release: the worker that takes it sees its link.
            while (!given_back_[i].compare_exchange_weak(block->next, block, std::memory_order_release,
                                                         std::memory_order_relaxed)) {
            }
        }
    }
}

} // namespace async
