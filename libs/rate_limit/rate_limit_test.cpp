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

} // namespace rate_limit
