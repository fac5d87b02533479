/// Tests that run in many orders.
///
///     Task<> test(Simulation& simulation) { … co_await simulation.check(sum == 2, "an addition was lost"); }
///
///     EXPECT_TRUE(explore(test, {.seeds = 1000}).is_good());       // random orders
///     EXPECT_TRUE(explore_all(test, {.depth = 12}).is_good());     // all of the first 12 choices
///
/// A failure is printed with its seed and the shortest prefix of its choices that still fails. TESS_SEED=n runs only
/// seed n.
#pragma once

#include <string>
#include <vector>

#include "async/sim/simulation.hpp"

namespace async::sim {

using Test = Task<void> (*)(Simulation& simulation);

struct Findings {
    base::u64 runs = 0;
    base::u64 seed = 0;                   ///< of the run that failed
    std::vector<Chooser::Choice> choices; ///< behind them the first of what is possible is right
    std::string failure;                  ///< empty: none

    [[nodiscard]] bool is_good() const { return failure.empty(); }
};

struct Seeds {
    base::u64 seeds = 1000;
    Simulation::Options simulation{};
    bool is_quiet = false; ///< for tests that are to fail
};

/// Stops at the first run that fails: by an error, a check, a deadlock, or no end.
[[nodiscard]] Findings explore(Test test, const Seeds& seeds);

struct Depth {
    base::usize depth = 12;
    Simulation::Options simulation{};
    bool is_quiet = false;
};

/// Every combination of the first `depth` choices.
[[nodiscard]] Findings explore_all(Test test, const Depth& depth);

} // namespace async::sim
