/// A simulation for tests that need no more than one order.
///
///     EXPECT_EQ(sim::run(test).value(), 7);
#pragma once

#include "async/sim/explore.hpp"

namespace async::sim {

/// Runs function(arguments...) on one worker, always the first of what is possible, which is what a real worker does. A
/// deadlock is the error BadState.
template <class F, class... Arguments>
auto run(F function, Arguments... arguments) {
    ReplayChooser chooser({}, 0);
    Simulation simulation(chooser, {});
    auto result = simulation.run(std::move(function), std::move(arguments)...);
    if (!simulation.failure().empty()) {
        result = abi::Error::BadState;
    }
    return result;
}

/// The same for who looks at the simulation: function(simulation, arguments...).
template <class F, class... Arguments>
auto run_inside(F function, Arguments... arguments) {
    ReplayChooser chooser({}, 0);
    Simulation simulation(chooser, {});
    auto result = simulation.run(std::move(function), &simulation, std::move(arguments)...);
    if (!simulation.failure().empty()) {
        result = abi::Error::BadState;
    }
    return result;
}

} // namespace async::sim
