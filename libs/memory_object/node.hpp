/// A node of the tree that holds an object's pages.
#pragma once

#include <array>
#include <atomic>

#include "base/types.hpp"
#include "libs/memory_object/word.hpp"

namespace memory_object {

/// log2 of how many a node holds. 64, because the first write after a clone copies one node of each level: of 1 GiB
/// those are 3 of 64 places instead of 2 of 512, a quarter of the work.
inline constexpr unsigned kNodeBits = 6;
inline constexpr base::usize kNodePlaces = 1 << kNodeBits;

/// Words of 64 pages (level 0), or 64 nodes of the level below. Reached by `references` parents: while there is more
/// than one, nobody changes it, nor anything below it, whatever counts stand there. Who finds one reference owns it:
/// only the owner could make another.
struct Node {
    /// Its places are undefined: until clear(), or until they are copied from another.
    explicit Node(base::u8 of_level) : level(of_level) {}

    void clear() {
        if (level == 0) {
            words = {};
        } else {
            children = {};
        }
    }

    std::atomic<base::u32> references{1};
    base::u16 used = 0; ///< places that are not absent or null
    base::u8 level;
    base::u32 pinned = 0; ///< pinned pages in it and below

    union {
        std::array<Word, kNodePlaces> words;     ///< of level 0
        std::array<Node*, kNodePlaces> children; ///< of the others
    };
};

} // namespace memory_object
