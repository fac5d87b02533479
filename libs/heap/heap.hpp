/// The memory of a program: blocks of any size out of one range.
///
///     Heap heap(room);                       // begins with records of its pages, then the pages
///     void* const block = heap.allocate(100);
///     heap.release(block);
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/types.hpp"
#include "libs/heap/page.hpp"
#include "libs/heap/size_class.hpp"

namespace heap {

/// Blocks of up to half a page share pages with others of their size; larger ones have pages of their own. Pages that
/// were never needed are never touched. What is given back twice, or is no block, ends the program by an assertion.
/// Not safe for threads: its owner has a lock.
class Heap {
  public:
    /// `room` begins at a page, reads as zeros, and outlives it. At most 16 TiB.
    explicit Heap(std::span<std::byte> room);

    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    /// `alignment`: a power of two up to a page. Null if there is no room, or nothing is asked for.
    [[nodiscard]] void* allocate(base::usize bytes, base::usize alignment = kAlignment);

    /// Null is nothing.
    void release(void* block);

    /// What may be used of a block, which may be more than was asked for.
    [[nodiscard]] base::usize size_of(const void* block) const;

    /// Pages that hold blocks.
    [[nodiscard]] base::usize used_pages() const { return used_pages_; }

    /// Whether `bytes` lie within the pages of blocks.
    [[nodiscard]] bool contains(std::span<const std::byte> bytes) const;

    static constexpr base::usize kAlignment = 16;

  private:
    void* allocate_small(SizeClass size_class);
    void* allocate_run(base::usize bytes);
    base::u32 find_run(base::u32 pages) const;
    void take_run(base::u32 first, base::u32 pages);
    void free_run(base::u32 first);
    void link(base::u32 index);
    void unlink(base::u32 index);
    base::u32 index_of(const void* block) const;
    std::byte* address_of(base::u32 page);

    static base::usize block_count(const Page& page) { return Page::kBytes / SizeClass(page.size_class).bytes(); }

    std::span<Page> pages_;
    std::span<std::byte> memory_;                      ///< of the pages
    std::array<base::u32, SizeClass::kCount> partial_; ///< by class: the first page with free blocks
    base::u32 first_free_ = 0;                         ///< no page before it is free
    base::u32 end_ = 0;                                ///< no page from here on was ever used
    base::usize used_pages_ = 0;
};

} // namespace heap
