// Our own bugs, each of which must end in a report. On the host only: each case dies in a process of its own.
#include "libs/timer_wheel/timer_wheel.hpp"
#include "testing/test.hpp"

namespace timer_wheel {

namespace {

void die_armed(base::u64 deadline) {
    TimerWheel wheel;
    Timer timer;
    wheel.arm(timer, base::Nanoseconds{deadline});
}

} // namespace

TEST(TimerWheelDeath, ArmedTimersDoNotDie) {
    EXPECT_DEATH(die_armed(0), "assertion failed");
    EXPECT_DEATH(die_armed(1'000), "assertion failed");
}

} // namespace timer_wheel
