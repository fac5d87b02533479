#include "kernel/core/random.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "testing/test.hpp"

namespace kernel::core {

using base::u64;

TEST(Random, NumbersDifferInAboutHalfTheirBits) {
    constexpr int kNumbers = 64;
    int bits = 0;
    for (int i = 0; i < kNumbers; ++i) {
        bits += std::popcount(kernel().random.next() ^ kernel().random.next());
    }
    EXPECT_GT(bits, kNumbers * 28);
    EXPECT_LT(bits, kNumbers * 36);
    EXPECT_TRUE(kernel().random.below(10) < 10);
}

TEST(Random, TwoWithTheSameSeedPartWhenReseeded) {
    Random first;
    Random second;
    first.reseed();
    second.reseed();
    EXPECT_NE(first.next(), second.next()); // the counter goes on between the two
}

TEST(Random, NumbersOfSeveralBlocksAllDiffer) {
    Random drawn;
    drawn.reseed();
    constexpr int kNumbers = 40;
    std::array<u64, kNumbers> numbers{};
    for (u64& number : numbers) {
        number = drawn.next();
    }
    drawn.reseed();
    numbers.back() = drawn.next();
    for (const u64& number : numbers) {
        EXPECT_EQ(std::ranges::count(numbers, number), 1);
        // None is one that was wiped.
        EXPECT_NE(number, 0U);
    }
}

TEST(Random, WhatIsAddedChangesWhatComesNext) {
    Random first;
    const std::array<std::byte, 32> same{};
    first.add(same);
    Random second;
    second.add(same);
    EXPECT_EQ(first.next(), second.next());
    second.add(std::array{std::byte{1}});
    EXPECT_NE(first.next(), second.next());
}

TEST(Random, EntropyIsGatheredEachTimeAnew) {
    std::array<u64, Arch::kEntropyWords> first{};
    std::array<u64, Arch::kEntropyWords> second{};
    Arch::gather_entropy(first);
    Arch::gather_entropy(second);
    EXPECT_FALSE(first == second);
}

} // namespace kernel::core
