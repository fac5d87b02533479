#include <atomic>
#include <thread>

#include "libs/timekeeping/clock_page.hpp"
#include "testing/test.hpp"

namespace timekeeping {

using base::Nanoseconds;
using base::u64;

// The writer moves the base along the same line of time again and again; readers must never see a mixture.
TEST(ClockPageConcurrent, NeverGoesBackwards) {
    ClockPage page;
    std::atomic<u64> counter{0};
    std::atomic<bool> stop{false};
    page.publish({0, Nanoseconds{0}, 3ULL << 32}, Nanoseconds{0});
    std::thread writer([&] {
        while (!stop.load()) {
            const u64 ticks = counter.fetch_add(1);
            page.publish({ticks, Nanoseconds{ticks * 3}, 3ULL << 32}, Nanoseconds{0});
        }
    });
    u64 last = 0;
    for (int i = 0; i < 100'000; ++i) {
        const u64 now = page.now([&] { return counter.fetch_add(1); }).value();
        EXPECT_GE(now, last);
        last = now;
    }
    stop = true;
    writer.join();
    EXPECT_EQ(last % 3, 0U);
}

} // namespace timekeeping
