#include <algorithm>
#include <thread>
#include <vector>

#include "libs/timekeeping/step_check.hpp"
#include "testing/test.hpp"

namespace timekeeping {

using base::i64;
using base::u64;

namespace {

constexpr int kComparisons = 2'000;

/// Processors whose counters are off by `offsets`; each looks again when all have looked once: one may have been
/// through before any other began.
u64 checked(const std::vector<i64>& offsets) {
    std::atomic<u64> counter{1'000'000};
    StepCheck check;
    const auto run = [&](i64 offset) {
        check.compare([&] { return counter.fetch_add(1) + static_cast<u64>(offset); }, kComparisons);
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        others.emplace_back(run, offsets[i]);
    }
    run(offsets.front());
    for (std::thread& other : others) {
        other.join();
    }
    std::ranges::for_each(offsets, run);
    return check.behind();
}

} // namespace

TEST(StepCheckConcurrent, ThoseInStepAre) {
    EXPECT_EQ(checked({0}), 0U);
    EXPECT_EQ(checked({0, 0, 0, 0}), 0U);
    EXPECT_EQ(checked({-500'000, -500'000}), 0U);
}

TEST(StepCheckConcurrent, OneThatIsBehindIsFound) {
    const u64 behind = checked({0, 0, -100'000});
    EXPECT_TRUE(behind > 90'000 && behind <= 100'000);
}

TEST(StepCheckConcurrent, OneThatIsAheadIsFound) {
    const u64 behind = checked({0, 100'000, 0});
    EXPECT_TRUE(behind > 90'000 && behind <= 100'000);
}

} // namespace timekeeping
