#include "libs/budget/budget.hpp"

#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "testing/test.hpp"

namespace budget {

namespace {

using base::Error;
using base::u64;
using TestTree = Tree<base::SpinLock<NothingAround>, kTestLock>;

constexpr auto kMemory = Kind::Memory;

constexpr Limits memory_limit(u64 bytes) { return {bytes, kUnlimited, kUnlimited}; }

struct Warning : Pressure {
    Warning(u64 above, u64 rearmed_at) : Pressure(above, rearmed_at, &Warning::note) {}

    static void note(Pressure& pressure) { ++static_cast<Warning&>(pressure).times; }

    int times = 0;
};

} // namespace

TEST(Budget, CountsInAllAbove) {
    TestTree tree(memory_limit(1 << 20));
    Budget service;
    Budget client;
    ASSERT_TRUE(tree.attach(service, tree.root(), kNoLimits).has_value());
    ASSERT_TRUE(tree.attach(client, service, kNoLimits).has_value());
    EXPECT_TRUE(client.charge(kMemory, 4096).has_value());
    EXPECT_TRUE(service.charge(kMemory, 100).has_value());
    EXPECT_EQ(tree.usage(client, kMemory), 4096U);
    EXPECT_EQ(tree.usage(service, kMemory), 4196U);
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 4196U);
    EXPECT_EQ(tree.usage(client, Kind::Threads), 0U);
    client.release(kMemory, 4000);
    client.release(kMemory, 96);
    service.release(kMemory, 100);
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 0U);
    EXPECT_TRUE(tree.detach(client).has_value());
    EXPECT_TRUE(tree.detach(service).has_value());
}

TEST(Budget, RefusesTheOneWhoAsksAndNobodyElse) {
    TestTree tree(memory_limit(1 << 20));
    Budget greedy;
    Budget modest;
    ASSERT_TRUE(tree.attach(greedy, tree.root(), memory_limit(10'000)).has_value());
    ASSERT_TRUE(tree.attach(modest, tree.root(), memory_limit(10'000)).has_value());
    EXPECT_TRUE(greedy.charge(kMemory, 10'000).has_value());
    EXPECT_EQ(greedy.charge(kMemory, 1).error(), Error::OverBudget);
    EXPECT_EQ(tree.usage(greedy, kMemory), 10'000U);
    EXPECT_TRUE(modest.charge(kMemory, 10'000).has_value());
    greedy.release(kMemory, 1);
    EXPECT_TRUE(greedy.charge(kMemory, 1).has_value());
    greedy.release(kMemory, 10'000);
    modest.release(kMemory, 10'000);
    EXPECT_TRUE(tree.detach(greedy).has_value());
    EXPECT_TRUE(tree.detach(modest).has_value());
}

TEST(Budget, WhatASiblingHoldsReadyIsTakenBackBeforeARefusal) {
    TestTree tree(memory_limit(100'000));
    Budget first;
    Budget second;
    ASSERT_TRUE(tree.attach(first, tree.root(), kNoLimits).has_value());
    ASSERT_TRUE(tree.attach(second, tree.root(), kNoLimits).has_value());
    EXPECT_TRUE(first.charge(kMemory, 1).has_value()); // draws a batch
    EXPECT_TRUE(first.charge_from_spare(kMemory, 1000));
    EXPECT_TRUE(second.charge(kMemory, 98'999).has_value());
    EXPECT_FALSE(first.charge_from_spare(kMemory, 1));
    EXPECT_EQ(second.charge(kMemory, 1).error(), Error::OverBudget);
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 100'000U);
    first.release(kMemory, 1001);
    second.release(kMemory, 98'999);
    EXPECT_TRUE(tree.detach(first).has_value());
    EXPECT_TRUE(tree.detach(second).has_value());
}

TEST(Budget, AmountsThatCannotBeAreRefused) {
    TestTree tree(kNoLimits);
    EXPECT_EQ(tree.root().charge(kMemory, ~u64{0}).error(), Error::OverBudget);
    EXPECT_EQ(tree.root().charge(kMemory, kUnlimited + 1).error(), Error::OverBudget);
    EXPECT_TRUE(tree.root().charge(kMemory, kUnlimited).has_value());
    EXPECT_EQ(tree.root().charge(kMemory, 1).error(), Error::OverBudget);
    tree.root().release(kMemory, kUnlimited);
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 0U);
    EXPECT_EQ(tree.set_limit(tree.root(), kMemory, kUnlimited + 1).error(), Error::InvalidArgument);
    Budget alone;
    EXPECT_EQ(alone.charge(kMemory, 1).error(), Error::BadState);
}

TEST(Budget, AllLimitsAreSetOrNone) {
    TestTree tree(kNoLimits);
    Budget budget;
    EXPECT_EQ(tree.set_limits(budget, kNoLimits).error(), Error::BadState);
    EXPECT_EQ(tree.figures(budget).error(), Error::BadState);
    ASSERT_TRUE(tree.attach(budget, tree.root(), {10'000, 20, 3}).has_value());
    EXPECT_TRUE(budget.charge(kMemory, 5000).has_value());
    EXPECT_TRUE(budget.charge(Kind::Threads, 2).has_value());
    EXPECT_EQ(tree.set_limits(budget, {kUnlimited + 1, 20, 3}).error(), Error::InvalidArgument);
    EXPECT_EQ(tree.set_limits(budget, {9000, 20, 1}).error(), Error::Busy);
    EXPECT_EQ(tree.set_limits(budget, {4999, 20, 3}).error(), Error::Busy);
    const auto before = tree.figures(budget);
    ASSERT_TRUE(before.has_value());
    EXPECT_TRUE((before->limits == Limits{10'000, 20, 3}));
    EXPECT_TRUE((before->used == Limits{5000, 0, 2}));
    EXPECT_EQ(before->parent, tree.root().id());
    EXPECT_TRUE(tree.set_limits(budget, {5000, 0, 2}).has_value());
    EXPECT_EQ(budget.charge(kMemory, 1).error(), Error::OverBudget);
    EXPECT_EQ(budget.charge(Kind::Capabilities, 1).error(), Error::OverBudget);
    EXPECT_EQ(budget.charge(Kind::Threads, 1).error(), Error::OverBudget);
    tree.close(budget);
    EXPECT_EQ(tree.set_limits(budget, kNoLimits).error(), Error::BadState);
    budget.release(kMemory, 5000);
    budget.release(Kind::Threads, 2);
    EXPECT_TRUE(tree.detach(budget).has_value());
    // As one who looked up the tree before, and has its lock now.
    EXPECT_EQ(Ledger::charge(budget, kMemory, 1).error(), Error::BadState);
}

TEST(Budget, ALimitIsNotSetBelowUsage) {
    TestTree tree(memory_limit(1 << 20));
    Budget budget;
    ASSERT_TRUE(tree.attach(budget, tree.root(), memory_limit(200'000)).has_value());
    EXPECT_TRUE(budget.charge(kMemory, 5000).has_value());
    EXPECT_EQ(tree.set_limit(budget, kMemory, 4999).error(), Error::Busy);
    EXPECT_EQ(tree.limit(budget, kMemory), 200'000U);
    EXPECT_TRUE(tree.set_limit(budget, kMemory, 5000).has_value());
    EXPECT_EQ(budget.charge(kMemory, 1).error(), Error::OverBudget);
    EXPECT_TRUE(tree.set_limit(budget, kMemory, 5001).has_value());
    EXPECT_TRUE(budget.charge(kMemory, 1).has_value());
    budget.release(kMemory, 5001);
    EXPECT_TRUE(tree.detach(budget).has_value());
}

TEST(Budget, WarnsOnceForEachCrossing) {
    TestTree tree(memory_limit(1 << 20));
    Budget budget;
    ASSERT_TRUE(tree.attach(budget, tree.root(), memory_limit(10'000)).has_value());
    Warning warning(8000, 6000);
    ASSERT_TRUE(tree.watch(budget, kMemory, warning).has_value());
    EXPECT_EQ(tree.watch(budget, kMemory, warning).error(), Error::Exists);
    EXPECT_TRUE(budget.charge(kMemory, 8000).has_value());
    EXPECT_EQ(warning.times, 0);
    EXPECT_TRUE(budget.charge(kMemory, 1).has_value());
    EXPECT_EQ(warning.times, 1);
    budget.release(kMemory, 1000);
    EXPECT_TRUE(budget.charge(kMemory, 1001).has_value()); // never fell to 6000
    EXPECT_EQ(warning.times, 1);
    budget.release(kMemory, 2002);
    EXPECT_TRUE(budget.charge(kMemory, 4000).has_value()); // 6000, then 10,000
    EXPECT_EQ(warning.times, 2);
    EXPECT_EQ(budget.charge(kMemory, 1).error(), Error::OverBudget);
    EXPECT_EQ(warning.times, 2);
    budget.release(kMemory, 10'000);
    EXPECT_EQ(budget.charge(kMemory, 10'001).error(), Error::OverBudget); // warned before it is refused
    EXPECT_EQ(warning.times, 3);
    EXPECT_TRUE(tree.detach(budget).has_value());
}

TEST(Budget, OneThatIsOverItsFigureWarnsAtOnce) {
    TestTree tree(memory_limit(1 << 20));
    EXPECT_TRUE(tree.root().charge(kMemory, 100).has_value());
    Warning warning(99, 50);
    Warning wrong(50, 51);
    EXPECT_EQ(tree.watch(tree.root(), kMemory, wrong).error(), Error::InvalidArgument);
    EXPECT_TRUE(tree.watch(tree.root(), kMemory, warning).has_value());
    EXPECT_EQ(warning.times, 1);
    tree.unwatch(tree.root(), kMemory);
    tree.root().release(kMemory, 100);
    EXPECT_TRUE(tree.root().charge(kMemory, 100).has_value());
    EXPECT_EQ(warning.times, 1);
    tree.root().release(kMemory, 100);
}

TEST(Budget, IsClosedThenEmptiedThenDetached) {
    TestTree tree(memory_limit(1 << 20));
    Budget parent;
    Budget child;
    Budget late;
    ASSERT_TRUE(tree.attach(parent, tree.root(), kNoLimits).has_value());
    ASSERT_TRUE(tree.attach(child, parent, kNoLimits).has_value());
    EXPECT_EQ(tree.attach(child, tree.root(), kNoLimits).error(), Error::BadState);
    EXPECT_TRUE(child.charge(kMemory, 10).has_value());
    tree.close(parent);
    tree.close(parent);
    EXPECT_EQ(child.charge(kMemory, 1).error(), Error::BadState);
    EXPECT_EQ(parent.charge(kMemory, 1).error(), Error::BadState);
    EXPECT_EQ(tree.attach(late, child, kNoLimits).error(), Error::BadState);
    EXPECT_TRUE(tree.root().charge(kMemory, 1).has_value());
    EXPECT_EQ(tree.detach(parent).error(), Error::Busy);
    EXPECT_EQ(tree.detach(child).error(), Error::Busy);
    child.release(kMemory, 10);
    EXPECT_TRUE(tree.detach(child).has_value());
    EXPECT_TRUE(tree.detach(parent).has_value());
    EXPECT_EQ(tree.detach(tree.root()).error(), Error::BadState);
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 1U);
    tree.root().release(kMemory, 1);
    EXPECT_TRUE(tree.attach(parent, tree.root(), kNoLimits).has_value()); // open again
    EXPECT_TRUE(parent.charge(kMemory, 1).has_value());
    parent.release(kMemory, 1);
    EXPECT_TRUE(tree.detach(parent).has_value());
}

TEST(Budget, AreListedByTheirIds) {
    TestTree tree(memory_limit(1 << 20));
    Budget first;
    Budget second;
    ASSERT_TRUE(tree.attach(first, tree.root(), memory_limit(10'000)).has_value());
    ASSERT_TRUE(tree.attach(second, first, kNoLimits).has_value());
    ASSERT_TRUE(second.charge(kMemory, 100).has_value());
    const auto root = tree.next_after(0);
    ASSERT_TRUE(root.has_value());
    EXPECT_EQ(root->id, tree.root().id());
    EXPECT_EQ(root->parent, 0U);
    EXPECT_EQ(root->used[0], 100U);
    const auto found = tree.next_after(root->id);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, first.id());
    EXPECT_EQ(found->parent, root->id);
    EXPECT_EQ(found->limits[0], 10'000U);
    EXPECT_EQ(tree.next_after(first.id())->parent, first.id());
    EXPECT_FALSE(tree.next_after(second.id()).has_value());
    EXPECT_FALSE(tree.next_after(~u64{0}).has_value());
    second.release(kMemory, 100);
    const u64 gone = second.id();
    ASSERT_TRUE(tree.detach(second).has_value());
    EXPECT_FALSE(tree.next_after(first.id()).has_value());
    ASSERT_TRUE(tree.attach(second, tree.root(), kNoLimits).has_value());
    // Ids are never used again.
    EXPECT_GT(second.id(), gone);
    ASSERT_TRUE(tree.detach(second).has_value());
    ASSERT_TRUE(tree.detach(first).has_value());
}

TEST(Budget, TreesHaveADepth) {
    TestTree tree(kNoLimits);
    std::array<Budget, Ledger::kMaximumDepth> chain;
    Budget* parent = &tree.root();
    base::usize depth = 1;
    for (; depth < Ledger::kMaximumDepth; ++depth) {
        ASSERT_TRUE(tree.attach(chain[depth], *parent, kNoLimits).has_value());
        parent = &chain[depth];
    }
    EXPECT_EQ(tree.attach(chain[0], *parent, kNoLimits).error(), Error::OutOfRange);
    EXPECT_TRUE(parent->charge(kMemory, 7).has_value());
    EXPECT_EQ(tree.usage(tree.root(), kMemory), 7U);
    parent->release(kMemory, 7);
    while (--depth > 0) {
        EXPECT_TRUE(tree.detach(chain[depth]).has_value());
    }
}

} // namespace budget
