#include <array>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "testing/test.hpp"

namespace budget {

namespace {

using base::u64;

/// Gives way while it waits: the test machine has fewer processors than the test has threads.
struct Yielding : NothingAround {
    static void relax() { std::this_thread::yield(); }
};

using TestTree = Tree<base::SpinLock<Yielding>, kTestLock>;

constexpr base::usize kThreads = 4;
constexpr int kSteps = 20'000;
constexpr u64 kMost = 100'000;

/// What all threads together hold, and how far it ever went.
struct Held {
    void add(u64 amount) {
        const u64 now = sum.fetch_add(amount) + amount;
        u64 seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
    }

    std::atomic<u64> sum{0};
    std::atomic<u64> most{0};
};

/// Charges and releases at random; returns how often it was refused.
int work(Budget& budget, u64 most, u64 seed, Held& held) {
    std::mt19937_64 random(seed);
    u64 own = 0;
    int refused = 0;
    for (int i = 0; i < kSteps; ++i) {
        const u64 amount = 1 + random() % (most - own + (own == most ? 1 : 0));
        if (random() % 2 == 0 && own + amount <= most) {
            if (budget.charge(Kind::Memory, amount)) {
                held.add(amount);
                own += amount;
            } else {
                ++refused;
            }
        } else if (own != 0) {
            const u64 back = 1 + random() % own;
            held.sum.fetch_sub(back); // before the release: what is counted was charged
            budget.release(Kind::Memory, back);
            own -= back;
        }
    }
    held.sum.fetch_sub(own);
    budget.release(Kind::Memory, own);
    return refused;
}

/// All threads on budgets of their own below one with `limit`; returns the refusals.
int run(u64 limit, Held& held) {
    TestTree tree(kNoLimits);
    Budget parent;
    EXPECT_TRUE(tree.attach(parent, tree.root(), {limit, kUnlimited, kUnlimited}).has_value());
    std::array<Budget, kThreads> budgets;
    std::array<int, kThreads> refused{};
    std::vector<std::thread> threads;
    for (Budget& budget : budgets) {
        EXPECT_TRUE(tree.attach(budget, parent, kNoLimits).has_value());
    }
    for (base::usize i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] { refused[i] = work(budgets[i], kMost, 7 + i, held); });
    }
    int sum = 0;
    for (base::usize i = 0; i < kThreads; ++i) {
        threads[i].join();
        sum += refused[i];
    }
    EXPECT_EQ(tree.usage(tree.root(), Kind::Memory), 0U);
    for (Budget& budget : budgets) {
        EXPECT_TRUE(tree.detach(budget).has_value());
    }
    EXPECT_TRUE(tree.detach(parent).has_value());
    return sum;
}

} // namespace

TEST(BudgetConcurrent, NeverRefusesWhatFits) {
    Held held;
    EXPECT_EQ(run(kThreads * kMost, held), 0);
}

TEST(BudgetConcurrent, NeverGoesOverTheLimit) {
    constexpr u64 kLimit = kMost / 2; // one thread alone would go over it
    Held held;
    EXPECT_GT(run(kLimit, held), 0);
    EXPECT_LE(held.most.load(), kLimit);
}

} // namespace budget
