#include "libs/scheduler/parameters.hpp"

#include "libs/scheduler/rank.hpp"
#include "testing/test.hpp"

namespace scheduler {

using namespace base::literals;

namespace {

bool is_good(const Parameters& parameters) { return check(parameters).has_value(); }

bool is_refused(const Parameters& parameters) {
    return check(parameters) == base::Result<void>{base::Error::InvalidArgument};
}

} // namespace

TEST(SchedulerParameters, AreCheckedAtTheirEnds) {
    EXPECT_TRUE(is_good(Parameters{}));
    EXPECT_TRUE(is_good(Parameters::fifo(1)) && is_good(Parameters::fifo(99)));
    EXPECT_TRUE(is_refused(Parameters::fifo(0)) && is_refused(Parameters::fifo(100)));
    EXPECT_TRUE(is_good(Parameters::interactive(1)) && is_good(Parameters::batch(65'536)));
    EXPECT_TRUE(is_refused(Parameters::interactive(0)) && is_refused(Parameters::batch(65'537)));
    EXPECT_TRUE(is_good(Parameters::interactive(1, 100_us)) && is_good(Parameters::round_robin(1, 1_s)));
    EXPECT_TRUE(is_refused(Parameters::interactive(1, 99'999_ns)));
    EXPECT_TRUE(is_refused(Parameters::round_robin(1, 1'000'000'001_ns)));
}

TEST(SchedulerParameters, SayNothingThatTheirClassHasNot) {
    EXPECT_TRUE(is_refused({.of = Class::Fifo, .priority = 1, .weight = 0, .slice = 1_ms}));
    EXPECT_TRUE(is_refused({.of = Class::Fifo, .priority = 1, .weight = 1, .slice = {}}));
    EXPECT_TRUE(is_refused({.of = Class::Interactive, .priority = 1, .weight = 1, .slice = {}}));
    EXPECT_TRUE(is_refused({.of = static_cast<Class>(5), .priority = 0, .weight = 1, .slice = {}}));
}

TEST(SchedulerRank, OrdersClassesAndPriorities) {
    EXPECT_TRUE(Rank::of(Parameters::idle()) < Rank::of(Parameters::batch()));
    EXPECT_TRUE(Rank::of(Parameters::batch()) < Rank::of(Parameters::interactive()));
    EXPECT_TRUE(Rank::of(Parameters::interactive()) < Rank::of(Parameters::fifo(1)));
    EXPECT_TRUE(Rank::of(Parameters::round_robin(7)) == Rank::of(Parameters::fifo(7)));
    EXPECT_TRUE(Rank::of(Parameters::fifo(98)) < Rank::of(Parameters::fifo(99)));
    EXPECT_EQ(Rank::of(Parameters::fifo(99)).value(), Rank::kCount - 1);
    EXPECT_EQ(Rank::of(Parameters::fifo(99)).priority(), 99);
    EXPECT_EQ(Rank::of(Parameters::interactive()).priority(), 0);
}

} // namespace scheduler
