#include "libs/ring/places.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "testing/test.hpp"

namespace ring {

using base::u32;

TEST(Places, AreTakenFromTheFront) {
    Places places(16);
    EXPECT_EQ(places.take(4), 0U);
    EXPECT_EQ(places.take(4), 4U);
    EXPECT_EQ(places.take(9), std::nullopt);
    EXPECT_EQ(places.take(8), 8U);
    EXPECT_TRUE(places.is_full());
    EXPECT_EQ(places.take(1), std::nullopt);
}

TEST(Places, AreTakenAgain) {
    Places places(16);
    EXPECT_EQ(places.take(4), 0U);
    EXPECT_EQ(places.take(4), 4U);
    EXPECT_EQ(places.take(4), 8U);
    places.give_back(4, 4);
    EXPECT_EQ(places.take(6), std::nullopt) << "four, and four apart from them";
    EXPECT_EQ(places.take(3), 4U) << "the first that is long enough";
    EXPECT_EQ(places.take(2), 12U);
    EXPECT_EQ(places.take(1), 7U);
}

TEST(Places, AreEmptyWhenAllWasGivenBack) {
    Places places(Places::kMost);
    EXPECT_TRUE(places.is_empty());
    EXPECT_EQ(places.take(Places::kMost), 0U);
    EXPECT_TRUE(places.is_full());
    places.give_back(0, 32);
    EXPECT_FALSE(places.is_empty());
    EXPECT_FALSE(places.is_full());
    places.give_back(32, 32);
    EXPECT_TRUE(places.is_empty());
}

TEST(Places, OfNoSuchCountAreNotThere) {
    Places places(Places::kMost);
    EXPECT_EQ(places.take(0), std::nullopt);
    EXPECT_EQ(places.take(Places::kMost + 1), std::nullopt);
    EXPECT_TRUE(places.is_empty());
}

/// A row of a set, place by place.
TEST(Places, AreWhatAModelSays) {
    std::mt19937 random(7);
    for (const u32 size : {1U, 16U, 48U, 63U, 64U}) {
        Places places(size);
        std::vector<bool> taken(size);
        std::vector<std::pair<u32, u32>> rows;
        for (u32 step = 0; step < 5'000; ++step) {
            if (!rows.empty() && random() % 2 == 0) {
                const auto chosen = rows.begin() + static_cast<std::ptrdiff_t>(random() % rows.size());
                const auto [first, count] = *chosen;
                rows.erase(chosen);
                places.give_back(first, count);
                std::fill_n(taken.begin() + first, count, false);
                continue;
            }
            const u32 count = 1 + static_cast<u32>(random() % 12);
            const std::vector<bool> wanted(count, false);
            const auto found = std::search(taken.begin(), taken.end(), wanted.begin(), wanted.end());
            const auto first = places.take(count);
            ASSERT_EQ(first.has_value(), found != taken.end());
            if (first) {
                ASSERT_EQ(*first, static_cast<u32>(found - taken.begin()));
                std::fill_n(found, count, true);
                rows.emplace_back(*first, count);
            }
        }
        EXPECT_EQ(places.is_empty(), rows.empty());
    }
}

} // namespace ring
