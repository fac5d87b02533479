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

// The source's rate and its idea of the time change again and again; several readers take the time from each other.
TEST(ClockPageConcurrent, NeverGoesBackwardsFromOneReaderToTheNext) {
    ClockPage page;
    std::atomic<u64> counter{0};
    std::atomic<u64> latest{0};
    std::atomic<bool> stop{false};
    const auto read_ticks = [&] { return counter.fetch_add(1); };
    page.publish({0, Nanoseconds{0}, 3ULL << 32}, Nanoseconds{0});
    std::thread writer([&] {
        for (u64 round = 0; !stop.load(); ++round) {
            page.go_on(CounterKind::Processor, read_ticks, [&](Nanoseconds now) {
                // Slower, faster, and often behind what was told already.
                const ClockBase source{counter.load(), Nanoseconds{now.value() - round % 100}, (1 + round % 5) << 32};
                return source.not_before(counter.load(), now);
            });
        }
    });
    const auto hammer = [&] {
        for (int i = 0; i < 50'000; ++i) {
            const u64 before = latest.load();
            const u64 now = page.now(read_ticks).value();
            EXPECT_GE(now, before);
            u64 seen = before;
            while (seen < now && !latest.compare_exchange_weak(seen, now)) {
            }
        }
    };
    std::thread other(hammer);
    hammer();
    other.join();
    stop = true;
    writer.join();
}

} // namespace timekeeping
