/// Gives 2 MiB of an anonymous object one block of frames, in slices: clearing it takes far longer than a slice.
///
///     BlockCommit<S> block(first_page);
///     while (!TRY(block.step(source, object))) { … }     // each time under the object's lock; other work in between
///     block.release(source);                             // after an error, or to give up
#pragma once

#include <algorithm>

#include "base/fill.hpp"
#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

/// Part of the operation that does it. While it is not done it owns the block.
template <Resources S>
class BlockCommit {
  public:
    /// Pages cleared in a slice: 512 stores of 8 bytes each.
    static constexpr base::u64 kPagesPerStep = 16;

    /// `first` is a multiple of kBlockPages.
    explicit BlockCommit(base::u64 first) : first_(first) {}

    BlockCommit(const BlockCommit&) = delete;
    BlockCommit& operator=(const BlockCommit&) = delete;

    ~BlockCommit() { ASSERT(!has_block_, "a block of frames was forgotten"); }

    /// One slice; whether the object has the block now. NoMemory; Exists: the object got a page there meanwhile; and
    /// what MemoryObject::commit_block() says. After an error, release().
    base::Result<bool> step(S& source, MemoryObject<S>& object) {
        if (!has_block_) {
            block_ = TRY(source.allocate_block(kBlockOrder, Contents::Anything));
            has_block_ = true;
            return false;
        }
        if (cleared_ < kBlockPages) {
            for (const base::u64 end = cleared_ + kPagesPerStep; cleared_ < end; ++cleared_) {
                base::fill_with_zeros(source.bytes(block_ + base::Bytes{cleared_ * base::kPageSize}));
            }
            return false;
        }
        TRY(object.commit_block(source, first_, block_));
        has_block_ = false;
        return true;
    }

    /// Gives the block back, if it has one.
    void release(S& source) {
        if (std::exchange(has_block_, false)) {
            source.release_block(block_, kBlockOrder);
        }
    }

  private:
    base::u64 first_;
    Frame block_{};
    base::u64 cleared_ = 0;
    bool has_block_ = false;
};

} // namespace memory_object
