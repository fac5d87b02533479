/// What a heap knows of a page.
#pragma once

#include <array>
#include <bit>

#include "base/types.hpp"

namespace heap {

enum class PageKind : base::u8 {
    Free,
    Small,   ///< blocks of one size
    Run,     ///< the first page of a large block
    RunRest, ///< the others
};

/// Stands apart from the page, so that what runs over a block does not reach it.
struct Page {
    static constexpr base::usize kBytes = 4096;
    static constexpr base::usize kMostBlocks = kBytes / 16;
    static constexpr base::u32 kNone = ~base::u32{0};

    PageKind kind;
    base::u8 size_class;
    base::u16 used;                                ///< blocks that are given out
    base::u32 next;                                ///< among those of its class with free blocks
    base::u32 previous;                            ///< the same
    base::u32 run;                                 ///< pages of a large block
    std::array<base::u64, kMostBlocks / 64> taken; ///< a bit for each block

    /// Takes the first free block of `count`, of which one is free.
    base::u32 take() {
        base::u32 word = 0;
        while (taken[word] == ~base::u64{0}) {
            ++word;
        }
        const auto bit = static_cast<base::u32>(std::countr_one(taken[word]));
        taken[word] |= base::u64{1} << bit;
        ++used;
        return 64 * word + bit;
    }

    [[nodiscard]] bool is_taken(base::usize block) const { return (taken[block / 64] >> block % 64 & 1) != 0; }

    void give(base::usize block) {
        taken[block / 64] &= ~(base::u64{1} << block % 64);
        --used;
    }
};

static_assert(sizeof(Page) == 48);

} // namespace heap
