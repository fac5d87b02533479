#include "libs/scheduler/bandwidth.hpp"

#include <random>

#include "testing/test.hpp"

namespace scheduler {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

TEST(Bandwidth, RefusesQuotasThatMakeNoSense) {
    EXPECT_TRUE(check(Quota{}).has_value() && check(Quota{1_ns, 1_ms}).has_value());
    EXPECT_TRUE(check(Quota{16_s, 1_s}).has_value());
    for (const Quota& bad : {Quota{0_ns, 1_ms}, Quota{1_ns, 0_ns}, Quota{1_ms, 999'999_ns},
                             Quota{1_ms, 1'000'000'001_ns}, Quota{16'000'001_ns, 1_ms}}) {
        EXPECT_TRUE(check(bad) == base::Result<void>{base::Error::InvalidArgument});
    }
}

TEST(Bandwidth, GivesAQuotaInEachPeriod) {
    Bandwidth bandwidth;
    bandwidth.begin(5_ms, {30_ms, 100_ms});
    EXPECT_TRUE(bandwidth.available(5_ms, 10_ms) == 10_ms);
    EXPECT_TRUE(bandwidth.available(5_ms, 1_s) == 30_ms);
    bandwidth.take(30_ms);
    EXPECT_TRUE(bandwidth.available(104'999'999_ns, 1_ns) == 0_ns);
    EXPECT_TRUE(bandwidth.next_refill() == 105_ms);
    EXPECT_TRUE(bandwidth.available(105_ms, 1_s) == 30_ms);
    EXPECT_TRUE(bandwidth.available(195_ms, 1_s) == 10_ms); // not into the next period
    bandwidth.take(10_ms);
    bandwidth.give_back(4_ms);
    EXPECT_TRUE(bandwidth.available(199_ms, 1_s) == 6_ms);  // nor is that the quota
    EXPECT_TRUE(bandwidth.available(205_ms, 1_s) == 30_ms); // what was left is lost
}

TEST(Bandwidth, TakesAnOverrunFromTheNextPeriods) {
    Bandwidth bandwidth;
    bandwidth.begin(0_ns, {10_ms, 100_ms});
    bandwidth.take(25_ms);
    EXPECT_TRUE(bandwidth.available(0_ns, 1_ns) == 0_ns);
    EXPECT_TRUE(bandwidth.next_refill() == 200_ms);
    EXPECT_TRUE(bandwidth.available(100_ms, 1_s) == 0_ns);
    EXPECT_TRUE(bandwidth.available(200_ms, 1_s) == 5_ms);
    EXPECT_TRUE(bandwidth.available(100'000_s, 1_s) == 10_ms); // periods do not add up
}

TEST(Bandwidth, IsExactToTheNanosecondOverManyPeriods) {
    std::mt19937_64 random(3);
    Bandwidth bandwidth;
    const Quota quota{7'654'321_ns, 33'333'333_ns};
    bandwidth.begin(0_ns, quota);
    u64 used = 0;
    Nanoseconds now;
    while (now < 10_s) {
        const Nanoseconds granted = bandwidth.available(now, Nanoseconds{1 + random() % 3'000'000});
        if (granted == 0_ns) {
            now = std::max(now, bandwidth.next_refill());
            continue;
        }
        const u64 late = random() % 4 == 0 ? random() % 5'000'000 : 0;
        bandwidth.take(granted + Nanoseconds{late});
        used += granted.value() + late;
        now += granted + Nanoseconds{late};
    }
    const u64 periods = now / quota.period + 1;
    EXPECT_LE(used, periods * quota.amount.value() + 5'000'000);
    EXPECT_GE(used + 5'000'000, (periods - 1) * quota.amount.value());
}

} // namespace scheduler
