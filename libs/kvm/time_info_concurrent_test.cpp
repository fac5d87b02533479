#include <thread>

#include "libs/kvm/steal_time.hpp"
#include "libs/kvm/time_info.hpp"
#include "testing/test.hpp"

namespace kvm {

using base::Nanoseconds;
using base::u64;

// The host moves the record along one line of time; a reader never sees a mixture of two writings.
TEST(KvmTimeInfoConcurrent, IsNeverAMixture) {
    TimeInfo info;
    std::atomic<bool> stop{false};
    constexpr base::u32 kOne = 1U << 31; // with a shift of 1: a nanosecond for each tick
    info.write({1, Nanoseconds{1}, 0}, kOne, 1, TimeInfo::kStable);
    std::thread host([&] {
        for (u64 ticks = 2; !stop.load(); ++ticks) {
            info.write({ticks, Nanoseconds{ticks}, 0}, kOne, 1, TimeInfo::kStable);
        }
    });
    int good = 0;
    while (good < 20'000) {
        if (const auto reading = info.read()) {
            EXPECT_EQ(reading->base.ticks, reading->base.time.value());
            ++good;
        }
    }
    stop = true;
    host.join();
}

// Whoever was told that the host will flush is right, whenever the host looks.
TEST(KvmStealTimeConcurrent, APromisedFlushIsNotLost) {
    StealTime record;
    std::atomic<bool> stop{false};
    std::atomic<int> flushed{0};
    std::thread host([&] {
        while (!stop.load()) {
            record.set(0, true);
            std::this_thread::yield();
            flushed += record.take_flush() ? 1 : 0;
        }
        flushed += record.take_flush() ? 1 : 0;
    });
    for (int promised = 0; promised < 20;) {
        const int before = flushed.load();
        if (record.flush_on_entry()) {
            ++promised;
            while (flushed.load() == before) {
                std::this_thread::yield();
            }
        }
    }
    stop = true;
    host.join();
}

} // namespace kvm
