#include "libs/scheduler/balance.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "testing/test.hpp"

namespace scheduler {

using base::u32;
using base::u64;
using base::usize;
using cpu_set::CpuSet;

namespace {

constexpr Exchange kNone{.difference = 100};

/// Two queues of threads with these weights.
struct Machine {
    Machine(const std::vector<u32>& left_weights, const std::vector<u32>& right_weights) {
        fill(left, left_weights);
        fill(right, right_weights);
    }

    ~Machine() {
        for (const auto& thread : threads) {
            thread->own().queue()->remove(thread->own());
        }
    }

    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    void fill(RunQueue& queue, const std::vector<u32>& weights) {
        for (const u32 weight : weights) {
            queue.add(threads.emplace_back(std::make_unique<Runner>(Parameters::interactive(weight)))->own());
        }
    }

    static void move(Context& context, RunQueue& to) {
        context.queue()->remove(context);
        to.add(context);
    }

    /// One exchange. False: nothing is found.
    static bool make_more_equal(RunQueue& heavier, u32 heavier_cpu, RunQueue& lighter, u32 lighter_cpu) {
        const Candidates giveable(heavier, lighter_cpu);
        const Candidates takeable(lighter, heavier_cpu);
        const auto found = find_exchange(giveable.weights(), takeable.weights(), heavier.weight() - lighter.weight());
        if (!found) {
            return false;
        }
        move(giveable.at(found->given), lighter);
        for (usize index = 0; index < found->taken_count; ++index) {
            move(takeable.at(found->taken.at(index)), heavier);
        }
        return true;
    }

    /// Until nothing is found. Returns how often something was.
    int balance() {
        int rounds = 0;
        while (left.weight() > right.weight() ? make_more_equal(left, 0, right, 1)
                                              : make_more_equal(right, 1, left, 0)) {
            ++rounds;
        }
        return rounds;
    }

    [[nodiscard]] u64 difference() const {
        const u64 a = left.weight() / Context::kWeightScale;
        const u64 b = right.weight() / Context::kWeightScale;
        return a > b ? a - b : b - a;
    }

    std::vector<std::unique_ptr<Runner>> threads;
    RunQueue left;
    RunQueue right;
};

} // namespace

TEST(Balance, MovesWhatMakesTheLoadsEqual) {
    Machine machine({4, 3, 2, 1}, {});
    EXPECT_GE(machine.balance(), 1);
    EXPECT_EQ(machine.difference(), 0U);
    EXPECT_EQ(machine.balance(), 0);
}

TEST(Balance, ExchangesWhereMovingAloneDoesNotHelp) {
    Machine pair({8, 4}, {6, 4});
    EXPECT_EQ(pair.balance(), 0); // 12 and 10: only a difference of 1 between two would help
    Machine three({8, 8}, {4, 4, 2, 2, 1, 1});
    EXPECT_EQ(three.balance(), 1);
    EXPECT_EQ(three.difference(), 0U);
}

TEST(Balance, FindsEqualWeightsForEachWayToDivideThem) {
    const std::vector<u32> weights{8, 8, 4, 4, 2, 2, 1, 1};
    for (u32 division = 0; division < 256; ++division) {
        std::vector<u32> left;
        std::vector<u32> right;
        for (usize index = 0; index < weights.size(); ++index) {
            ((division >> index & 1) != 0 ? left : right).push_back(weights.at(index));
        }
        Machine machine(left, right);
        machine.balance();
        EXPECT_EQ(machine.difference(), 0U) << division;
    }
}

TEST(Balance, TakesNothingBackOfWhatDoesNotHelp) {
    const std::array<u64, 2> giveable{4, 3};
    const Exchange found = find_exchange(giveable, std::array<u64, 2>{2, 1}, 6).value_or(kNone);
    EXPECT_EQ(giveable.at(found.given), 3U);
    EXPECT_EQ(found.taken_count, 0U);
    EXPECT_EQ(found.difference, 0U);
}

TEST(Balance, TakesBackFourAtMost) {
    const std::array<u64, 1> giveable{8};
    const std::array<u64, 6> takeable{1, 1, 1, 1, 1, 1};
    EXPECT_EQ(find_exchange(giveable, takeable, 10).value_or(kNone).taken_count, 3U);
    EXPECT_FALSE(find_exchange(giveable, takeable, 4).has_value()); // with six it would be
}

TEST(Balance, FindsNothingWithoutSomebodyToGive) {
    EXPECT_FALSE(find_exchange({}, std::array<u64, 1>{1}, 10).has_value());
    EXPECT_FALSE(find_exchange(std::array<u64, 1>{1}, {}, 0).has_value());
}

TEST(Balance, CandidatesAreSortedAndFoundByTheirWeight) {
    Machine machine({1, 4, 2, 4}, {});
    const Candidates all(machine.left, 1);
    ASSERT_EQ(all.weights().size(), 4U);
    EXPECT_TRUE(std::ranges::is_sorted(all.weights(), std::greater{}));
    EXPECT_TRUE(all.find(2 * Context::kWeightScale) == &machine.threads[2]->own());
    EXPECT_TRUE(all.find(3 * Context::kWeightScale) == nullptr);
    const Candidates light(machine.left, 1,
                           [](const Context& of) { return of.scaled_weight() < 3 * Context::kWeightScale; });
    EXPECT_EQ(light.weights().size(), 2U);
}

TEST(Balance, LeavesAloneWhoRunsAndWhoMayNotGo) {
    Machine machine({4, 4}, {});
    EXPECT_TRUE(machine.left.take() == &machine.threads[0]->own());
    CpuSet first;
    first.add(0);
    machine.threads[1]->set_affinity(first);
    EXPECT_EQ(machine.balance(), 0);
    machine.threads[0]->set_affinity(first);
    machine.threads[1]->set_affinity(Runner(Parameters::interactive()).affinity());
    EXPECT_EQ(machine.balance(), 1);
    EXPECT_TRUE(machine.threads[1]->own().queue() == &machine.right);
}

} // namespace scheduler
