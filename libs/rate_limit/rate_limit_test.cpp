#include "libs/rate_limit/rate_limit.hpp"

#include "testing/test.hpp"

namespace rate_limit {

using base::Nanoseconds;

TEST(RateLimit, RefusesWhatIsTooMuch) {
    RateLimit limit{2, Nanoseconds{100}};
    EXPECT_TRUE(limit.admit(Nanoseconds{1000}));
    EXPECT_TRUE(limit.admit(Nanoseconds{1050}));
    EXPECT_FALSE(limit.admit(Nanoseconds{1099}));
    EXPECT_TRUE(limit.admit(Nanoseconds{1100}));
    EXPECT_TRUE(limit.admit(Nanoseconds{1101}));
    EXPECT_FALSE(limit.admit(Nanoseconds{1102}));
}

TEST(RateLimit, CountsWhatItRefusesToo) {
    RateLimit limit{2, Nanoseconds{100}};
    EXPECT_EQ(limit.count(), 0U);
    for (int i = 0; i < 5; ++i) {
        static_cast<void>(limit.admit(Nanoseconds{1000}));
    }
    EXPECT_EQ(limit.count(), 5U);
    static_cast<void>(limit.admit(Nanoseconds{1100}));
    EXPECT_EQ(limit.count(), 1U);
}

} // namespace rate_limit
