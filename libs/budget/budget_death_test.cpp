// Our own bugs, each of which must end in a report. On the host only: each case dies in a process of its own.
#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "testing/test.hpp"

namespace budget {

namespace {

using TestTree = Tree<base::SpinLock<NothingAround>, kTestLock>;

void die_in_the_tree() {
    TestTree tree(kNoLimits);
    Budget budget;
    static_cast<void>(tree.attach(budget, tree.root(), kNoLimits));
}

void release_twice() {
    TestTree tree(kNoLimits);
    static_cast<void>(tree.root().charge(Kind::Memory, 100'000));
    tree.root().release(Kind::Memory, 100'000);
    tree.root().release(Kind::Memory, 100'000);
    static_cast<void>(tree.usage(tree.root(), Kind::Memory));
}

} // namespace

TEST(BudgetDeath, BudgetsLeaveTheirTreeFirst) { EXPECT_DEATH(die_in_the_tree(), "a budget dies in its tree"); }

TEST(BudgetDeath, NothingIsReleasedTwice) { EXPECT_DEATH(release_twice(), "more was released than charged"); }

} // namespace budget
