/// What picking the next thread costs, with few and with many that are ready: counted in contexts that are looked at.
#include <algorithm>
#include <bit>
#include <memory>
#include <random>
#include <vector>

#include "libs/scheduler/run_queue.hpp"
#include "testing/test.hpp"

namespace scheduler {

namespace {

using base::u32;
using base::u64;
using base::usize;

struct Cost {
    u64 all = 0;
    u64 most = 0;
};

/// Of 20,000 turns of `count` threads with weights of 1 to 8.
Cost cost_with(usize count) {
    constexpr int kTurns = 20'000;
    std::mt19937_64 random(1);
    RunQueue queue;
    std::vector<std::unique_ptr<Runner>> threads;
    for (usize index = 0; index < count; ++index) {
        const auto weight = static_cast<u32>(1024U << random() % 4);
        queue.add(threads.emplace_back(std::make_unique<Runner>(Parameters::interactive(weight)))->own());
    }
    Cost cost;
    for (int turn = 0; turn < kTurns; ++turn) {
        u64 visited = 0;
        const Context* const next = queue.fair(Class::Interactive).pick([&visited](const Context&) { ++visited; });
        EXPECT_EQ(queue.take(), next);
        queue.charge(queue.next_decision().value_or(base::Nanoseconds{0}));
        cost.all += visited;
        cost.most = std::max(cost.most, visited);
    }
    for (const auto& thread : threads) {
        queue.remove(thread->own());
    }
    return cost;
}

} // namespace

TEST(PickCost, TenThousandCostAFifthMoreThanTenAtMost) {
    const Cost few = cost_with(10);
    const Cost many = cost_with(10'000);
    EXPECT_LE(many.all * 100, few.all * 120);
    EXPECT_LE(many.most, 20U); // 1.44 times the logarithm, and the first
    EXPECT_GE(many.all, 20'000U);
}

} // namespace scheduler
