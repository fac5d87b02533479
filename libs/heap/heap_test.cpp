#include "libs/heap/heap.hpp"

#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "testing/test.hpp"

namespace heap {

namespace {

using base::usize;

constexpr usize kPage = Page::kBytes;

/// Zeros that begin at a page.
class Room {
  public:
    explicit Room(usize pages) : bytes_((pages + 1) * kPage) {}

    std::span<std::byte> room() {
        // SAFETY: only the number.
        const auto start = reinterpret_cast<std::uintptr_t>(bytes_.data());
        const usize skip = (kPage - start % kPage) % kPage;
        return std::span(bytes_).subspan(skip, bytes_.size() - kPage);
    }

  private:
    std::vector<std::byte> bytes_;
};

bool is_aligned(const void* block, usize alignment) { return reinterpret_cast<std::uintptr_t>(block) % alignment == 0; }

} // namespace

TEST(SizeClass, HoldsWhatIsAskedFor) {
    for (usize bytes = 1; bytes <= SizeClass::kLargest; ++bytes) {
        const SizeClass size_class = SizeClass::holding(bytes);
        ASSERT_TRUE(size_class.index() < SizeClass::kCount);
        EXPECT_GE(size_class.bytes(), bytes);
        EXPECT_EQ(size_class.bytes() % 16, 0U);
        if (size_class.index() != 0) {
            EXPECT_LT(SizeClass(static_cast<base::u8>(size_class.index() - 1)).bytes(), bytes);
        }
    }
}

TEST(Heap, BlocksOfOneSizeShareAPage) {
    Room room(64);
    Heap heap(room.room());
    std::vector<void*> blocks;
    for (usize i = 0; i < kPage / 64; ++i) {
        blocks.push_back(heap.allocate(50));
        ASSERT_TRUE(blocks.back() != nullptr);
        std::memset(blocks.back(), 0xff, 64);
    }
    EXPECT_EQ(heap.used_pages(), 1U);
    blocks.push_back(heap.allocate(64));
    EXPECT_EQ(heap.used_pages(), 2U);
    for (void* const block : blocks) {
        heap.release(block);
    }
    EXPECT_EQ(heap.used_pages(), 0U);
}

TEST(Heap, LargeBlocksHavePagesOfTheirOwn) {
    Room room(64);
    Heap heap(room.room());
    void* const first = heap.allocate(2049);
    void* const second = heap.allocate(3 * kPage + 1);
    EXPECT_EQ(heap.used_pages(), 5U);
    EXPECT_TRUE(is_aligned(first, kPage) && is_aligned(second, kPage));
    EXPECT_EQ(heap.size_of(second), 4 * kPage);
    heap.release(first);
    heap.release(second);
    EXPECT_EQ(heap.used_pages(), 0U);
    // Side by side again.
    EXPECT_EQ(heap.allocate(5 * kPage), first);
}

TEST(Heap, EndsWithItsRoom) {
    Room room(16);
    Heap heap(room.room());
    EXPECT_EQ(heap.allocate(16 * kPage), nullptr);
    void* const all = heap.allocate(15 * kPage);
    ASSERT_TRUE(all != nullptr);
    EXPECT_EQ(heap.allocate(1), nullptr);
    EXPECT_EQ(heap.allocate(kPage), nullptr);
    heap.release(all);
    EXPECT_TRUE(heap.allocate(1) != nullptr);
    EXPECT_EQ(heap.allocate(0), nullptr);
    EXPECT_EQ(heap.allocate(~usize{0} - 4), nullptr);
}

TEST(Heap, AlignsAsAsked) {
    Room room(64);
    Heap heap(room.room());
    for (usize alignment = 16; alignment <= kPage; alignment *= 2) {
        for (usize bytes = 1; bytes < 3000; bytes += 97) {
            void* const block = heap.allocate(bytes, alignment);
            ASSERT_TRUE(block != nullptr);
            EXPECT_TRUE(is_aligned(block, alignment));
            EXPECT_GE(heap.size_of(block), bytes);
            heap.release(block);
        }
    }
}

TEST(Heap, KnowsWhatLiesInIt) {
    Room room(16);
    Heap heap(room.room());
    auto* const block = static_cast<std::byte*>(heap.allocate(100));
    EXPECT_TRUE(heap.contains({block, 100}));
    EXPECT_FALSE(heap.contains({block, 0}));
    EXPECT_FALSE(heap.contains(room.room()));
    std::byte outside{};
    EXPECT_FALSE(heap.contains({&outside, 1}));
}

TEST(Heap, BlocksNeverOverlap) {
    Room room(256);
    Heap heap(room.room());
    std::mt19937 random(7);

    struct Block {
        usize bytes;
        unsigned char mark;
    };

    std::map<unsigned char*, Block> blocks;
    for (int step = 0; step < 100'000; ++step) {
        if (random() % 5 < 3 || blocks.empty()) {
            const usize bytes = 1 + (random() % 8 == 0 ? random() % 20'000 : random() % 700);
            auto* const block = static_cast<unsigned char*>(heap.allocate(bytes));
            if (block != nullptr) {
                const auto mark = static_cast<unsigned char>(random());
                std::memset(block, mark, bytes);
                ASSERT_TRUE(blocks.emplace(block, Block{bytes, mark}).second);
                continue;
            }
        }
        auto victim =
            blocks.lower_bound(reinterpret_cast<unsigned char*>(room.room().data()) + random() % (256 * kPage));
        victim = victim == blocks.end() ? blocks.begin() : victim;
        const std::span content(victim->first, victim->second.bytes);
        for (const unsigned char byte : content) {
            ASSERT_EQ(byte, victim->second.mark);
        }
        heap.release(victim->first);
        blocks.erase(victim);
    }
    for (const auto& [block, content] : blocks) {
        heap.release(block);
    }
    EXPECT_EQ(heap.used_pages(), 0U);
}

TEST(HeapDeath, WhatIsGivenBackTwiceIsFound) {
    Room room(16);
    Heap heap(room.room());
    void* const small = heap.allocate(40);
    void* const other = heap.allocate(40);
    heap.release(small);
    EXPECT_DEATH(heap.release(small), "given back before");
    EXPECT_DEATH(heap.release(static_cast<std::byte*>(other) + 8), "no block of the heap");
    void* const large = heap.allocate(3 * kPage);
    EXPECT_DEATH(heap.release(static_cast<std::byte*>(large) + kPage), "no block of the heap");
    heap.release(large);
    EXPECT_DEATH(heap.release(large), "given back before");
    EXPECT_DEATH(heap.release(&heap), "no block of the heap");
}

} // namespace heap
