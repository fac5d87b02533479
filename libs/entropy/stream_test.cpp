#include "libs/entropy/stream.hpp"

#include <array>

#include "testing/test.hpp"

namespace entropy {

namespace {

using base::u64;

void seed(Generator& generator) {
    std::array<std::byte, 48> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<std::byte>(i);
    }
    generator.reseed(bytes);
}

} // namespace

/// Computed with another implementation of [rfc8439] 2.3, in Python, from what generator_test.cpp has.
TEST(RandomStream, AgreesWithTheStandard) {
    Generator generator;
    seed(generator);
    Stream stream;
    stream.seed(generator);
    std::array<u64, 26> numbers{};
    for (u64& number : numbers) {
        number = stream.next();
    }
    EXPECT_EQ(numbers[0], 0xb684a7b8f6c61e34ULL);
    EXPECT_EQ(numbers[1], 0x678b3e3fdce8cae9ULL);
    EXPECT_EQ(numbers[23], 0xf2830329fd0b645dULL);
    // With the next key.
    EXPECT_EQ(numbers[24], 0x05e7fc3783fb6da8ULL);
    EXPECT_EQ(numbers[25], 0x6fdef46c4e594103ULL);
}

TEST(RandomStream, WhatWasDrawnAheadIsNotGivenAfterASeed) {
    Generator generator;
    seed(generator);
    Generator same;
    seed(same);
    Stream first;
    first.seed(generator);
    Stream second;
    second.seed(same);
    EXPECT_EQ(first.next(), second.next());
    first.seed(generator);
    EXPECT_NE(first.next(), second.next());
    second.seed(same);
    static_cast<void>(second.next());
    EXPECT_EQ(first.next(), second.next()); // the same seeds, the same numbers
}

TEST(RandomStream, NumbersBelowABoundAreAllThere) {
    Generator generator;
    seed(generator);
    Stream stream;
    stream.seed(generator);
    std::array<int, 6> seen{};
    for (int i = 0; i < 600; ++i) {
        ++seen.at(stream.below(6));
    }
    for (const int times : seen) {
        EXPECT_TRUE(times > 50 && times < 160);
    }
}

} // namespace entropy
