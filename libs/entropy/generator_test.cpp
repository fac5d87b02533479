#include "libs/entropy/generator.hpp"

#include <algorithm>
#include <array>

#include "testing/test.hpp"

namespace entropy {

namespace {

using base::u64;

template <std::size_t N>
std::array<std::byte, N> counting(unsigned first) {
    std::array<std::byte, N> bytes{};
    for (std::size_t i = 0; i < N; ++i) {
        bytes.at(i) = static_cast<std::byte>(first + i);
    }
    return bytes;
}

} // namespace

/// Computed with another implementation of [rfc8439] 2.3, in Python, and its hashlib.
TEST(RandomGenerator, AgreesWithTheStandards) {
    Generator generator;
    generator.reseed(counting<48>(0));
    std::array<u64, 26> numbers{};
    for (u64& number : numbers) {
        number = generator.next();
    }
    EXPECT_EQ(numbers[0], 0x55a3530a329c562eULL);
    EXPECT_EQ(numbers[1], 0x43ba9690af640ba1ULL);
    EXPECT_EQ(numbers[23], 0x3fd434a224327513ULL);
    // With the next key.
    EXPECT_EQ(numbers[24], 0x55cfd1b3a175d61aULL);
    EXPECT_EQ(numbers[25], 0xcb09980f65266f7dULL);
    generator.reseed(counting<16>(100));
    EXPECT_EQ(generator.next(), 0x21e280aba748ccf5ULL);
}

TEST(RandomGenerator, BeginsWithAKey) {
    Generator one;
    Generator same;
    Generator other;
    one.begin({1, 2, 3, 4});
    same.begin({1, 2, 3, 4});
    other.begin({1, 2, 3, 5});
    const base::u64 first = one.next();
    EXPECT_EQ(first, same.next());
    EXPECT_NE(first, other.next());
    EXPECT_NE(first, one.next());
}

TEST(RandomGenerator, WhatWasDrawnAheadIsNotGivenAfterASeed) {
    Generator first;
    Generator second;
    first.reseed(counting<32>(1));
    second.reseed(counting<32>(1));
    EXPECT_EQ(first.next(), second.next());
    second.reseed(counting<1>(1));
    EXPECT_NE(first.next(), second.next());
}

/// Both what was there and what is mixed in say what comes next.
TEST(RandomGenerator, SeedsAreMixed) {
    Generator first;
    Generator second;
    first.reseed(counting<32>(1));
    second.reseed(counting<32>(2));
    first.reseed(counting<32>(3));
    second.reseed(counting<32>(3));
    EXPECT_NE(first.next(), second.next());
    Generator third;
    third.reseed(counting<32>(1));
    third.reseed(counting<32>(3));
    static_cast<void>(third.next());
    EXPECT_EQ(first.next(), third.next()); // the same seeds, the same numbers
}

TEST(RandomGenerator, NumbersBelowABoundAreAllThere) {
    Generator generator;
    generator.reseed(counting<32>(3));
    std::array<int, 6> seen{};
    for (int i = 0; i < 600; ++i) {
        const u64 value = generator.below(6);
        ASSERT_TRUE(value < 6);
        ++seen.at(value);
    }
    EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times > 50 && times < 160; }));
    EXPECT_EQ(generator.below(1), 0U);
    const u64 huge = (1ULL << 63) + 1;
    EXPECT_TRUE(generator.below(huge) < huge);
}

} // namespace entropy
