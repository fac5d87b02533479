#include "libs/timer_wheel/coalesce.hpp"

#include "testing/test.hpp"

namespace timer_wheel {

using base::Nanoseconds;
using base::u64;

namespace {

u64 coalesced(u64 deadline, u64 slack) { return coalesce(Nanoseconds{deadline}, Nanoseconds{slack}).value(); }

/// By looking at each moment.
u64 best(u64 deadline, u64 slack) {
    u64 found = deadline;
    for (u64 moment = deadline; moment <= deadline + slack; ++moment) {
        if (std::countr_zero(moment) > std::countr_zero(found)) {
            found = moment;
        }
    }
    return found;
}

} // namespace

TEST(Coalesce, IsTheRoundestMomentThatIsAllowed) {
    for (u64 deadline = 1; deadline < 200; ++deadline) {
        for (u64 slack = 0; slack < 150; ++slack) {
            ASSERT_EQ(coalesced(deadline, slack), best(deadline, slack));
        }
    }
}

TEST(Coalesce, KeepsWhatNeedsToBeExact) {
    EXPECT_EQ(coalesced(12'345, 0), 12'345U);
    EXPECT_EQ(coalesced(0, 100), 0U);
    EXPECT_EQ(coalesced(1 << 20, 1000), 1U << 20);
}

TEST(Coalesce, EndsAtTheEndOfTime) {
    EXPECT_EQ(coalesced(~u64{0}, ~u64{0}), ~u64{0});
    EXPECT_EQ(coalesced(~u64{0} - 5, 100), ~u64{0} - 3);
    EXPECT_EQ(coalesced(1, ~u64{0}), u64{1} << 63);
}

TEST(Coalesce, OneSlackHasMomentsInCommon) {
    for (u64 deadline = (1 << 20) + 1; deadline <= 2 << 20; deadline += 4'093) {
        EXPECT_EQ(coalesced(deadline, 1 << 20), 2U << 20);
    }
}

} // namespace timer_wheel
