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

/// Computed with another implementation of [sp800-90a] 10.1.2: Python's hmac and hashlib.
TEST(RandomGenerator, AgreesWithTheStandard) {
    Generator generator;
    generator.reseed(counting<48>(0));
    EXPECT_EQ(generator.next(), 0x22903e5a8780fb0fULL);
    EXPECT_EQ(generator.next(), 0x9e66e9d356767608ULL);
    generator.reseed(counting<16>(100));
    EXPECT_EQ(generator.next(), 0x16067b8ba962553dULL);
}

TEST(RandomGenerator, ChildrenSaySomethingElse) {
    Generator parent;
    parent.reseed(counting<32>(7));
    Generator child;
    parent.fork(child);
    EXPECT_NE(parent.next(), child.next());
    Generator again;
    again.reseed(counting<32>(7));
    Generator second;
    again.fork(second);
    static_cast<void>(second.next());
    EXPECT_EQ(second.next(), child.next()); // the same seeds, the same numbers
}

TEST(RandomGenerator, AReseededOneGoesAnotherWay) {
    Generator first;
    Generator second;
    first.reseed(counting<32>(1));
    second.reseed(counting<32>(1));
    EXPECT_EQ(first.next(), second.next());
    second.reseed(counting<1>(1));
    EXPECT_NE(first.next(), second.next());
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
