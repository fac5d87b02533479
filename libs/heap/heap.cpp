#include "libs/heap/heap.hpp"

#include <algorithm>
#include <functional>

#include "base/assert.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the records stand at the start of the room, which reads as zeros: each is a free page.

namespace heap {

using base::u32;
using base::u8;
using base::usize;

namespace {

constexpr usize kPage = Page::kBytes;

constexpr usize pages_holding(usize bytes) { return bytes / kPage + (bytes % kPage != 0 ? 1 : 0); }

/// How many pages can stand behind their records.
constexpr usize pages_in(usize room) { return room / (kPage + sizeof(Page)); }

} // namespace

Heap::Heap(std::span<std::byte> room) {
    const usize records = pages_holding(pages_in(room.size()) * sizeof(Page));
    const usize pages = std::min(pages_in(room.size()), room.size() / kPage - records);
    pages_ = {reinterpret_cast<Page*>(room.data()), pages};
    memory_ = room.subspan(records * kPage, pages * kPage);
    partial_.fill(Page::kNone);
}

void* Heap::allocate(usize bytes, usize alignment) {
    if (bytes == 0 || bytes > memory_.size()) {
        return nullptr;
    }
    // A block stands at a multiple of its size within its page.
    const usize padded = (bytes + alignment - 1) & ~(alignment - 1);
    if (padded > SizeClass::kLargest) {
        return allocate_run(padded);
    }
    const SizeClass size_class = SizeClass::holding(padded);
    return size_class.bytes() % alignment == 0 ? allocate_small(size_class) : allocate_run(padded);
}

void* Heap::allocate_small(SizeClass size_class) {
    u32 index = partial_.at(size_class.index());
    if (index == Page::kNone) {
        index = find_run(1);
        if (index == Page::kNone) {
            return nullptr;
        }
        take_run(index, 1);
        pages_[index] = {.kind = PageKind::Small,
                         .size_class = size_class.index(),
                         .used = 0,
                         .next = Page::kNone,
                         .previous = Page::kNone,
                         .run = 1,
                         .taken = {}};
        link(index);
    }
    Page& page = pages_[index];
    const u32 block = page.take();
    if (page.used == block_count(page)) {
        unlink(index);
    }
    return address_of(index) + block * size_class.bytes();
}

void* Heap::allocate_run(usize bytes) {
    const auto pages = static_cast<u32>(pages_holding(bytes));
    const u32 first = find_run(pages);
    if (first == Page::kNone) {
        return nullptr;
    }
    take_run(first, pages);
    return address_of(first);
}

u32 Heap::find_run(u32 pages) const {
    u32 length = 0;
    for (u32 index = first_free_; index < pages_.size(); ++index) {
        // What was never used is free to the end.
        if (index >= end_ && pages - length <= pages_.size() - index) {
            return index - length;
        }
        length = pages_[index].kind == PageKind::Free ? length + 1 : 0;
        if (length == pages) {
            return index + 1 - pages;
        }
    }
    return Page::kNone;
}

void Heap::take_run(u32 first, u32 pages) {
    for (Page& page : pages_.subspan(first, pages)) {
        page.kind = PageKind::RunRest;
    }
    pages_[first].kind = PageKind::Run;
    pages_[first].run = pages;
    used_pages_ += pages;
    end_ = std::max(end_, first + pages);
    first_free_ = first == first_free_ ? first + pages : first_free_;
}

void Heap::free_run(u32 first) {
    const u32 pages = pages_[first].run;
    for (Page& page : pages_.subspan(first, pages)) {
        page.kind = PageKind::Free;
    }
    used_pages_ -= pages;
    first_free_ = std::min(first_free_, first);
}

void Heap::link(u32 index) {
    Page& page = pages_[index];
    u32& first = partial_.at(page.size_class);
    page.previous = Page::kNone;
    page.next = first;
    if (first != Page::kNone) {
        pages_[first].previous = index;
    }
    first = index;
}

void Heap::unlink(u32 index) {
    const Page& page = pages_[index];
    if (page.previous != Page::kNone) {
        pages_[page.previous].next = page.next;
    } else {
        partial_.at(page.size_class) = page.next;
    }
    if (page.next != Page::kNone) {
        pages_[page.next].previous = page.previous;
    }
}

void Heap::release(void* block) {
    if (block == nullptr) {
        return;
    }
    const u32 index = index_of(block);
    Page& page = pages_[index];
    const auto offset = static_cast<usize>(static_cast<std::byte*>(block) - address_of(index));
    if (page.kind == PageKind::Run) {
        ASSERT(offset == 0, "what is given back is no block of the heap");
        free_run(index);
        return;
    }
    ASSERT(page.kind == PageKind::Small, "what is given back is no block of the heap, or was given back before");
    const usize bytes = SizeClass(page.size_class).bytes();
    ASSERT(offset % bytes == 0 && page.is_taken(offset / bytes),
           "what is given back is no block of the heap, or was given back before");
    if (page.used == block_count(page)) {
        link(index);
    }
    page.give(offset / bytes);
    if (page.used == 0) {
        unlink(index);
        free_run(index);
    }
}

usize Heap::size_of(const void* block) const {
    const Page& page = pages_[index_of(block)];
    return page.kind == PageKind::Small ? SizeClass(page.size_class).bytes() : page.run * kPage;
}

bool Heap::contains(std::span<const std::byte> bytes) const {
    const std::less_equal<> is_not_behind;
    return !bytes.empty() && is_not_behind(memory_.data(), bytes.data()) &&
           is_not_behind(bytes.data() + bytes.size(), memory_.data() + memory_.size());
}

u32 Heap::index_of(const void* block) const {
    ASSERT(contains({static_cast<const std::byte*>(block), 1}), "what is given back is no block of the heap");
    return static_cast<u32>(static_cast<usize>(static_cast<const std::byte*>(block) - memory_.data()) / kPage);
}

std::byte* Heap::address_of(u32 page) { return memory_.data() + page * kPage; }

} // namespace heap

#pragma clang unsafe_buffer_usage end
