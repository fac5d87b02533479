#include "async/sim/explore.hpp"

#include <cstdlib>
#include <set>

#include "async/event.hpp"
#include "async/mutex.hpp"
#include "async/scope.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async::sim {

namespace {

using base::u64;

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

struct Cell {
    bool is_filled = false;
    bool is_taken = false;
    bool is_lost = false;
};

/// Gives the cell up between looking and taking; the keeper clears it while nobody looks.
Task<> take(Cell* cell) {
    for (int i = 0; i < 3; ++i) {
        co_await yield_now();
        if (cell->is_filled) {
            co_await yield_now();
            cell->is_lost |= !cell->is_filled;
            cell->is_taken = true;
        }
    }
}

Task<> keep(Cell* cell) {
    for (int i = 0; i < 5; ++i) {
        co_await yield_now();
    }
    cell->is_filled = true;
    for (int i = 0; i < 5; ++i) {
        co_await yield_now();
    }
    cell->is_filled = cell->is_taken;
}

/// Goes wrong only if the taker looks after the fifth step of another, and goes on after its tenth.
Task<> rare_race(Simulation& simulation) {
    Cell cell;
    co_await scope(
        [](Scope inner, Cell* shared) -> Task<> {
            co_await inner.spawn(take(shared));
            co_await inner.spawn(keep(shared));
        },
        &cell);
    co_await simulation.check(!cell.is_lost, "the cell was taken when it was empty");
}

/// The orders that a test has seen.
std::set<std::string>& seen_orders() {
    static std::set<std::string> orders;
    return orders;
}

Task<> write_twice(std::string* text, char letter) {
    *text += letter;
    co_await yield_now();
    *text += letter;
}

Task<> interleave(Simulation&) {
    std::string text;
    co_await scope(
        [](Scope inner, std::string* shared) -> Task<> {
            co_await inner.spawn(write_twice(shared, 'a'));
            co_await inner.spawn(write_twice(shared, 'b'));
        },
        &text);
    seen_orders().insert(text);
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
    EXPECT_TRUE(findings.choices.empty()) << "the order of a real worker shows it";
}

TEST(Explore, FindsARareRaceAndTheChoicesThatMatter) {
    const Findings findings = explore(rare_race, {.seeds = 1000, .is_quiet = true});
    EXPECT_EQ(findings.failure, "the cell was taken when it was empty");
    // The order of a real worker does not show it.
    ReplayChooser in_order({}, 0);
    Simulation simulation(in_order, {});
    EXPECT_TRUE(simulation.run([](Simulation* inside) { return rare_race(*inside); }, &simulation).has_value());
    // The prefix does, again and again, and a shorter one does not.
    ReplayChooser again(findings.choices, findings.seed);
    Simulation replay(again, {});
    EXPECT_FALSE(replay.run([](Simulation* inside) { return rare_race(*inside); }, &replay).has_value());
    ASSERT_FALSE(findings.choices.empty());
    ReplayChooser shorter(std::span(findings.choices).first(findings.choices.size() - 1), findings.seed);
    Simulation shortened(shorter, {});
    EXPECT_TRUE(shortened.run([](Simulation* inside) { return rare_race(*inside); }, &shortened).has_value());
}

TEST(Explore, BothWaysOfChoosingFindIt) {
    for (const u64 kind : {0U, 1U}) {
        bool found = false;
        for (u64 seed = kind; seed < 1000 && !found; seed += 2) {
            SeededChooser chooser(seed);
            Simulation simulation(chooser, {});
            found = !simulation.run([](Simulation* inside) { return rare_race(*inside); }, &simulation).has_value();
        }
        EXPECT_TRUE(found) << kind;
    }
}

TEST(Explore, RepeatsASeed) {
    const Findings findings = explore(rare_race, {.seeds = 1000, .is_quiet = true});
    setenv("TESS_SEED", std::to_string(findings.seed).c_str(), 1);
    const Findings again = explore(rare_race, {.seeds = 0, .is_quiet = true});
    unsetenv("TESS_SEED");
    EXPECT_EQ(again.failure, findings.failure);
    EXPECT_EQ(again.seed, findings.seed);
    EXPECT_EQ(again.runs, 1U);
    EXPECT_EQ(again.choices.size(), findings.choices.size());
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

TEST(Explore, PrintsWhatItFound) {
    testing::internal::CaptureStderr();
    const Findings findings = explore(rare_race, {.seeds = 1000});
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(text.starts_with("seed " + std::to_string(findings.seed) + " after ")) << text;
    EXPECT_NE(text.find("the cell was taken when it was empty\nchoices: "), std::string::npos) << text;
    EXPECT_NE(text.find("again: TESS_SEED=" + std::to_string(findings.seed)), std::string::npos) << text;
    testing::internal::CaptureStderr();
    static_cast<void>(explore_all(race, {}));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("an addition was lost"), std::string::npos);
}

TEST(ExploreAll, FindsInFewRuns) {
    EXPECT_FALSE(explore_all(race, {.is_quiet = true}).is_good());
    EXPECT_FALSE(explore_all(philosophers, {.is_quiet = true}).is_good());
    EXPECT_TRUE(explore_all(no_race, {}).is_good());
}

TEST(ExploreAll, TriesEveryOrderOnce) {
    seen_orders().clear();
    const Findings findings = explore_all(interleave, {});
    EXPECT_TRUE(findings.is_good());
    EXPECT_EQ(seen_orders(), (std::set<std::string>{"aabb", "abab", "abba", "baab", "baba", "bbaa"}));
    EXPECT_EQ(findings.runs, 6U);
}

} // namespace async::sim
