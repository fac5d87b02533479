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

TEST(RateLimit, SeveralAtOnceAreAllAdmittedOrNone) {
    RateLimit limit(100, base::Nanoseconds{1000});
    EXPECT_TRUE(limit.admit_all(base::Nanoseconds{5000}, 60));
    EXPECT_FALSE(limit.admit_all(base::Nanoseconds{5001}, 41));
    EXPECT_TRUE(limit.admit_all(base::Nanoseconds{5002}, 40));
    EXPECT_TRUE(limit.admit_all(base::Nanoseconds{5003}, 0));
    EXPECT_FALSE(limit.admit_all(base::Nanoseconds{5999}, 1));
    EXPECT_EQ(limit.count(), 100U);
    EXPECT_FALSE(limit.admit_all(base::Nanoseconds{6000}, 101));
    EXPECT_TRUE(limit.admit_all(base::Nanoseconds{6001}, 100));
    EXPECT_FALSE(limit.admit(base::Nanoseconds{6002}));
    // One too many was noted.
    EXPECT_FALSE(limit.admit_all(base::Nanoseconds{6003}, 0));
}

} // namespace rate_limit
