#include "libs/scheduler/group.hpp"

#include <array>

#include "libs/scheduler/runner.hpp"
#include "testing/test.hpp"

namespace scheduler {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u64;
using namespace base::literals;

namespace {

constexpr u64 kBillion = 1'000'000'000;

/// What is refused; missing() is 0 if it was granted.
Refusal refusal_of(Group& group, const Quota& quota) {
    return group.reserve_real_time(quota, 0_ns)
        .value_or(Refusal{.asked = 0, .reserved = 0, .capacity = 0, .depth = 99});
}

/// A machine with a group and one in it.
struct Tree {
    explicit Tree(const GroupLimits& outer_limits = {}, const GroupLimits& inner_limits = {}) {
        machine.set_capacity(2);
        EXPECT_TRUE(outer.attach(machine, outer_limits, 0_ns).has_value());
        EXPECT_TRUE(inner.attach(outer, inner_limits, 0_ns).has_value());
    }

    ~Tree() {
        EXPECT_TRUE(inner.detach().has_value());
        EXPECT_TRUE(outer.detach().has_value());
    }

    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Group machine;
    Group outer;
    Group inner;
};

} // namespace

TEST(Group, RefusesWhatMakesNoSense) {
    Tree tree;
    Group other;
    const Result<void> invalid{Error::InvalidArgument};
    EXPECT_TRUE(other.attach(tree.machine, {.share = 0}, 0_ns) == invalid);
    EXPECT_TRUE(other.attach(tree.machine, {.share = 65'537}, 0_ns) == invalid);
    EXPECT_TRUE(other.attach(tree.machine, {.quota = {0_ns, 1_ms}}, 0_ns) == invalid);
    EXPECT_TRUE(tree.inner.attach(tree.machine, {}, 0_ns) == Result<void>{Error::BadState});
    EXPECT_TRUE(tree.outer.detach() == Result<void>{Error::Busy});
    EXPECT_TRUE(other.detach() == Result<void>{Error::BadState});
    std::array<Group, Group::kMaximumDepth> deep;
    Group* parent = &tree.machine;
    u64 depth = 0;
    while (deep.at(depth).attach(*parent, {}, 0_ns)) {
        parent = &deep.at(depth++);
    }
    EXPECT_EQ(depth, Group::kMaximumDepth - 1);
    while (depth-- != 0) {
        EXPECT_TRUE(deep.at(depth).detach().has_value());
    }
}

TEST(Group, TheTightestLimitAboveHolds) {
    Tree tree({.quota = {20_ms, 100_ms}}, {.quota = {160_ms, 100_ms}});
    Nanoseconds used;
    for (;;) {
        const Nanoseconds granted = tree.inner.obtain(used, 10_s, Class::Interactive);
        if (granted == 0_ns) {
            break;
        }
        EXPECT_TRUE(granted == 1'250_us); // a sixteenth, for those on other processors
        tree.inner.settle(granted, granted, Class::Interactive);
        used += granted;
    }
    EXPECT_TRUE(used == 20_ms);
    EXPECT_TRUE(tree.inner.used() == 20_ms && tree.outer.used() == 20_ms && tree.machine.used() == 20_ms);
}

TEST(Group, WhatWasNotUsedIsThereForOthers) {
    Tree tree({.quota = {1_ms, 100_ms}});
    const Nanoseconds granted = tree.inner.obtain(0_ns, 10_s, Class::Interactive);
    tree.inner.settle(granted, granted / 2, Class::Interactive);
    EXPECT_TRUE(tree.inner.used() == granted / 2);
    Nanoseconds more;
    for (Nanoseconds got{1}; got != 0_ns; more += got) {
        got = tree.outer.obtain(0_ns, 10_s, Class::Interactive);
    }
    EXPECT_TRUE(more == 1_ms - granted / 2);
}

TEST(Group, ThoseWithoutTimeAreHeldUntilThereIsAgain) {
    Tree tree({.quota = {1_ms, 100_ms}});
    std::array<Runner, 3> threads{Runner{Parameters::interactive()}, Runner{Parameters::interactive()},
                                  Runner{Parameters::interactive()}};
    for (Runner& thread : threads) {
        thread.own().set_group(&tree.inner);
    }
    tree.inner.settle(0_ns, 1_ms, Class::Interactive);
    for (Runner& thread : threads) {
        tree.inner.hold(thread.own(), 1_ms);
        EXPECT_TRUE(thread.own().is_held());
    }
    EXPECT_TRUE(!tree.inner.next_release().has_value()); // it is the outer one that has no time
    EXPECT_TRUE(tree.outer.next_release() == 100_ms);
    Group::let_go(threads[1].own());
    int ready = 0;
    const auto count = [&ready](Context&) { ++ready; };
    EXPECT_TRUE(!tree.outer.release(99_ms, 10, count) && ready == 0);
    EXPECT_TRUE(tree.outer.release(100_ms, 1, count) && ready == 1);
    EXPECT_TRUE(!threads[0].own().is_held() && threads[2].own().is_held());
    EXPECT_TRUE(!tree.outer.release(100_ms, 1, count) && ready == 2);
    EXPECT_TRUE(!tree.outer.next_release().has_value());
}

TEST(Group, TheRootReleasesForAllOfItsTree) {
    Tree tree({}, {.quota = {1_ms, 50_ms}});
    Group other;
    EXPECT_TRUE(other.attach(tree.machine, {.quota = {1_ms, 100_ms}}, 0_ns).has_value());
    std::array<Runner, 4> threads{Runner{Parameters::interactive()}, Runner{Parameters::interactive()},
                                  Runner{Parameters::interactive()}, Runner{Parameters::interactive()}};
    EXPECT_TRUE(!tree.machine.next_release_of_all().has_value());
    for (Group* const group : {&tree.inner, &other}) {
        group->settle(0_ns, 1_ms, Class::Interactive);
        for (const base::usize index : {base::usize{0}, base::usize{1}}) {
            Context& context = threads.at(group == &other ? 2 + index : index).own();
            context.set_group(group);
            group->hold(context, 1_ms);
        }
    }
    int ready = 0;
    const auto count = [&ready](Context&) { ++ready; };
    EXPECT_TRUE(tree.machine.next_release_of_all() == 50_ms);
    EXPECT_TRUE(tree.machine.release_all(10_ms, 9, count) == 50_ms && ready == 0);
    EXPECT_TRUE(tree.machine.release_all(50_ms, 1, count) == 50_ms && ready == 1); // there are more
    EXPECT_TRUE(tree.machine.release_all(50_ms, 9, count) == 100_ms && ready == 2);
    Group::let_go(threads[2].own());
    EXPECT_TRUE(tree.machine.next_release_of_all() == 100_ms);
    Group::let_go(threads[3].own());
    EXPECT_TRUE(!tree.machine.next_release_of_all().has_value());
    EXPECT_TRUE(other.detach().has_value());
}

TEST(Group, WhoWaitsForBothKnowsOfTheNewPeriodsOfBoth) {
    Tree tree({.quota = {5_ms, 100_ms}});
    EXPECT_TRUE(!tree.outer.reserve_real_time({500_us, 10_ms}, 0_ns).has_value());
    Runner thread(Parameters::fifo(1));
    thread.own().set_group(&tree.outer);
    tree.outer.settle(0_ns, 500_us, Class::Fifo);
    tree.outer.hold(thread.own(), 1_ms);
    tree.outer.settle(0_ns, 10_ms, Class::Interactive); // now there is no time at all
    EXPECT_TRUE(!tree.outer.release(15_ms, 1, [](Context&) {}));
    EXPECT_TRUE(tree.outer.next_release() > 15_ms);
    Group::let_go(thread.own());
}

TEST(Group, AQuotaHoldsWhatIsReservedOfIt) {
    Tree tree;
    EXPECT_TRUE(!tree.outer.reserve_real_time({2_ms, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(tree.outer.set_limits({.quota = {19_ms, 100_ms}}, 0_ns) == Result<void>{Error::Busy});
    EXPECT_TRUE(tree.outer.set_limits({.quota = {20_ms, 100_ms}}, 0_ns).has_value());
    EXPECT_TRUE(tree.outer.limits().quota == (Quota{20_ms, 100_ms}));
}

TEST(Group, RealTimeIsGrantedAsLongAsItFits) {
    Tree tree;
    EXPECT_TRUE(!tree.outer.allows_real_time());
    const Refusal none = refusal_of(tree.inner, {1_ms, 10_ms}); // the outer one has none
    EXPECT_TRUE(none.asked == kBillion / 10 && none.reserved == 0 && none.capacity == 0 && none.depth == 1);
    EXPECT_TRUE(!tree.outer.reserve_real_time({15_ms, 10_ms}, 0_ns).has_value());
    Group other;
    EXPECT_TRUE(other.attach(tree.machine, {}, 0_ns).has_value());
    const Refusal refusal = refusal_of(other, {5_ms, 10_ms});
    EXPECT_TRUE(refusal.asked == kBillion / 2 && refusal.reserved == 3 * kBillion / 2);
    EXPECT_TRUE(refusal.capacity == 19 * kBillion / 10 && refusal.missing() == kBillion / 10 && refusal.depth == 0);
    EXPECT_TRUE(!other.allows_real_time());
    EXPECT_TRUE(!other.reserve_real_time({4_ms, 10_ms}, 0_ns).has_value()); // exactly what is left
    EXPECT_TRUE(!other.reserve_real_time({1_ms, 10_ms}, 0_ns).has_value()); // less, instead of it
    EXPECT_TRUE(!tree.outer.reserve_real_time({18_ms, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(other.detach().has_value());
    EXPECT_TRUE(!tree.outer.reserve_real_time({19_ms, 10_ms}, 0_ns).has_value()); // it was given back
}

TEST(Group, RealTimeOfAGroupFitsInItsQuotaAndHoldsThatOfItsChildren) {
    Tree tree({.quota = {20_ms, 100_ms}});
    const Refusal refusal = refusal_of(tree.outer, {3_ms, 10_ms});
    EXPECT_TRUE(refusal.capacity == kBillion / 5 && refusal.depth == 1);
    EXPECT_TRUE(!tree.outer.reserve_real_time({2_ms, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(!tree.inner.reserve_real_time({1_ms, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(tree.outer.reserve_real_time({500_us, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(tree.outer.reserve_real_time({0_ns, 10_ms}, 0_ns).has_value()); // no quota at all
    EXPECT_TRUE(tree.outer.real_time() == (Quota{2_ms, 10_ms}));
}

TEST(Group, RealTimeRunsNoLongerThanWasReserved) {
    Tree tree;
    EXPECT_TRUE(tree.outer.obtain(0_ns, 1_s, Class::Fifo) == 0_ns);
    EXPECT_TRUE(!tree.outer.reserve_real_time({2_ms, 10_ms}, 0_ns).has_value());
    EXPECT_TRUE(tree.inner.obtain(0_ns, 1_s, Class::Fifo) == 0_ns);
    EXPECT_TRUE(tree.outer.obtain(0_ns, 1_s, Class::Fifo) == 2_ms);
    Runner thread(Parameters::fifo(1));
    thread.own().set_group(&tree.outer);
    tree.outer.hold(thread.own(), 2_ms);
    EXPECT_TRUE(tree.outer.next_release() == 10_ms);
    EXPECT_TRUE(tree.outer.obtain(2_ms, 1_s, Class::Interactive) == 1_s); // the others have all they want
    EXPECT_TRUE(!tree.outer.release(10_ms, 1, [](Context&) {}));
    EXPECT_TRUE(!thread.own().is_held());
}

TEST(Group, AShareIsDividedAmongThoseWhoCompete) {
    Tree tree({.share = 2048});
    Runner alone(Parameters::interactive());
    Runner first(Parameters::interactive(3072));
    Runner second(Parameters::interactive());
    Runner urgent(Parameters::fifo(1));
    constexpr u64 kShare = 2048 * Context::kWeightScale;
    EXPECT_EQ(tree.machine.weight_of(alone.own()), 1024 * Context::kWeightScale);
    tree.outer.activate(first.own());
    EXPECT_EQ(tree.outer.weight_of(first.own()), kShare);
    tree.outer.activate(second.own());
    tree.outer.activate(urgent.own()); // does not count
    EXPECT_EQ(tree.outer.weight_of(first.own()), kShare * 3 / 4);
    EXPECT_EQ(tree.outer.weight_of(second.own()), kShare / 4);
    tree.inner.activate(alone.own()); // counts as much as the second
    EXPECT_EQ(tree.inner.weight_of(alone.own()), kShare / 5);
    tree.inner.deactivate(alone.own());
    EXPECT_EQ(tree.outer.weight_of(second.own()), kShare / 4);
    EXPECT_TRUE(tree.outer.set_limits({.share = 1024}, 0_ns).has_value());
    EXPECT_EQ(tree.outer.weight_of(second.own()), kShare / 8);
    tree.outer.deactivate(first.own());
    tree.outer.deactivate(second.own());
    tree.outer.deactivate(urgent.own());
}

} // namespace scheduler
