#include "async/sim/explore.hpp"

#include "async/event.hpp"
#include "async/mutex.hpp"
#include "async/scope.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async::sim {

namespace {

/// Reads, lets others run, writes: what another one added meanwhile is lost.
Task<> add_one(int* sum) {
    const int before = *sum;
    co_await yield_now();
    *sum = before + 1;
}

Task<> add_in_turn(Mutex* mutex, int* sum) {
    const Mutex::Guard guard = co_await mutex->lock();
    co_await add_one(sum);
}

Task<> race(Simulation& simulation) {
    int sum = 0;
    co_await scope(
        [](Scope inner, int* shared) -> Task<> {
            co_await inner.spawn(add_one(shared));
            co_await inner.spawn(add_one(shared));
        },
        &sum);
    co_await simulation.check(sum == 2, "an addition was lost");
}

Task<> no_race(Simulation& simulation) {
    int sum = 0;
    Mutex mutex;
    co_await scope(
        [](Scope inner, Mutex* lock, int* shared) -> Task<> {
            co_await inner.spawn(add_in_turn(lock, shared));
            co_await inner.spawn(add_in_turn(lock, shared));
        },
        &mutex, &sum);
    co_await simulation.check(sum == 2, "an addition was lost");
}

Task<> take_both(Mutex* first, Mutex* second) {
    const Mutex::Guard one = co_await first->lock();
    co_await yield_now();
    const Mutex::Guard two = co_await second->lock();
}

Task<> philosophers(Simulation&) {
    Mutex left;
    Mutex right;
    co_await scope(
        [](Scope inner, Mutex* a, Mutex* b) -> Task<> {
            co_await inner.spawn(take_both(a, b));
            co_await inner.spawn(take_both(b, a));
        },
        &left, &right);
}

Task<> for_ever(Simulation&) {
    while (true) {
        co_await yield_now();
    }
}

} // namespace

TEST(Explore, FindsALostAddition) {
    const Findings findings = explore(race, {.seeds = 1000, .is_quiet = true});
    EXPECT_EQ(findings.failure, "an addition was lost");
    EXPECT_LE(findings.runs, 1000U);
}

TEST(Explore, FindsNothingWhereThereIsNothing) {
    const Findings findings = explore(no_race, {.seeds = 1000});
    EXPECT_TRUE(findings.is_good());
    EXPECT_EQ(findings.runs, 1000U);
}

TEST(Explore, FindsDeadlocksAndSaysWhoWaits) {
    const Findings findings = explore(philosophers, {.is_quiet = true});
    EXPECT_TRUE(findings.failure.starts_with("deadlock")) << findings.failure;
    EXPECT_NE(findings.failure.find("waits for Mutex.lock"), std::string::npos);
    EXPECT_NE(findings.failure.find("waits for scope"), std::string::npos);
}

TEST(Explore, FindsWhatNeverEnds) {
    const Findings findings = explore(for_ever, {.simulation = {.most_steps = 1000}, .is_quiet = true});
    EXPECT_FALSE(findings.is_good());
}

TEST(ExploreAll, FindsInFewRuns) {
    EXPECT_FALSE(explore_all(race, {.is_quiet = true}).is_good());
    EXPECT_FALSE(explore_all(philosophers, {.is_quiet = true}).is_good());
    EXPECT_TRUE(explore_all(no_race, {}).is_good());
}

} // namespace async::sim
