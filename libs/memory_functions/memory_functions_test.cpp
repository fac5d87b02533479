#include <algorithm>
#include <array>
#include <span>
#include <string.h>
#include <string_view>

#include "base/types.hpp"
#include "testing/test.hpp"

namespace memory_functions {

namespace {

using base::u8;
using base::usize;

constexpr usize kBytes = 300;
using Buffer = std::array<u8, kBytes>;

Buffer counted() {
    Buffer buffer{};
    for (usize i = 0; i < kBytes; ++i) {
        buffer.at(i) = static_cast<u8>(i * 7 + 1);
    }
    return buffer;
}

/// The lengths at which the functions change how they work.
constexpr std::array<usize, 12> kLengths{0, 1, 7, 8, 9, 15, 16, 63, 64, 65, 127, 200};

} // namespace

TEST(MemoryFunctions, CopyMovesEachByteAndNoOther) {
    for (const usize length : kLengths) {
        const Buffer from = counted();
        Buffer to{};
        memcpy(std::span(to).subspan(5).data(), std::span(from).subspan(3).data(), length);
        EXPECT_TRUE(std::ranges::equal(std::span(to).subspan(5, length), std::span(from).subspan(3, length)));
        EXPECT_EQ(to.at(4), 0);
        EXPECT_EQ(to.at(5 + length), 0);
    }
}

TEST(MemoryFunctions, MoveKeepsOverlappingBytes) {
    for (const usize length : kLengths) {
        const Buffer original = counted();
        Buffer up = original;
        memmove(std::span(up).subspan(13).data(), std::span(up).subspan(10).data(), length);
        EXPECT_TRUE(std::ranges::equal(std::span(up).subspan(13, length), std::span(original).subspan(10, length)));
        Buffer down = original;
        memmove(std::span(down).subspan(10).data(), std::span(down).subspan(13).data(), length);
        EXPECT_TRUE(std::ranges::equal(std::span(down).subspan(10, length), std::span(original).subspan(13, length)));
    }
}

TEST(MemoryFunctions, SetWritesEachByteAndNoOther) {
    for (const usize length : kLengths) {
        Buffer buffer{};
        memset(std::span(buffer).subspan(3).data(), 0xab, length);
        EXPECT_EQ(std::ranges::count(buffer, 0xab), static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(buffer.at(2), 0);
        EXPECT_EQ(buffer.at(3 + length), 0);
    }
}

TEST(MemoryFunctions, CompareFindsTheFirstDifference) {
    const Buffer left = counted();
    for (const usize place : kLengths) {
        Buffer right = left;
        EXPECT_EQ(memcmp(left.data(), right.data(), kBytes), 0);
        right.at(place) = static_cast<u8>(left.at(place) ^ 0x80);
        EXPECT_EQ(memcmp(left.data(), right.data(), kBytes) < 0, left.at(place) < right.at(place));
        EXPECT_EQ(memcmp(left.data(), right.data(), place), 0);
    }
}

TEST(MemoryFunctions, SearchAndLength) {
    EXPECT_EQ(strlen(""), 0U);
    EXPECT_EQ(strlen("tessera"), 7U);
    constexpr std::string_view kText = "tessera";
    EXPECT_TRUE(memchr(kText.data(), 'r', 7) == kText.substr(5).data());
    EXPECT_TRUE(memchr(kText.data(), 'x', 7) == nullptr);
}

} // namespace memory_functions
