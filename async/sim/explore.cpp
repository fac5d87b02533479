#include "async/sim/explore.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace async::sim {

using base::u64;
using base::usize;

using Choices = std::vector<Chooser::Choice>;

namespace {

/// What went wrong; empty: nothing.
std::string run_once(Test test, Chooser& chooser, const Simulation::Options& options) {
    Simulation simulation(chooser, options);
    const Result<void> result = simulation.run([test](Simulation* inside) { return test(*inside); }, &simulation);
    if (!simulation.failure().empty()) {
        return simulation.failure();
    }
    return result ? std::string() : "the test ended with error " + std::to_string(result.error().code());
}

std::optional<u64> seed_of_environment() {
    const char* const text = std::getenv("TESS_SEED");
    return text == nullptr ? std::nullopt : std::optional<u64>(std::strtoull(text, nullptr, 10));
}

/// The shortest beginning of `choices` that fails too. Not by halving: a longer one may be good again.
Choices shortest_failing(Test test, const Simulation::Options& options, const Choices& choices, u64 seed) {
    for (usize length = 0; length < choices.size(); ++length) {
        const Choices prefix(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(length));
        ReplayChooser replay(prefix, seed);
        if (!run_once(test, replay, options).empty()) {
            return prefix;
        }
    }
    return choices;
}

void print(const Findings& findings) {
    std::string text = "seed " + std::to_string(findings.seed) + " after " + std::to_string(findings.runs) +
                       " runs: " + findings.failure + "\nchoices:";
    for (const Chooser::Choice& choice : findings.choices) {
        text += " " + std::to_string(choice.chosen) + "/" + std::to_string(choice.of);
    }
    text += "\nagain: TESS_SEED=" + std::to_string(findings.seed) + "\n";
    std::fputs(text.c_str(), stderr);
}

/// The next combination behind `choices`, of which only the first `depth` change; false: there is none.
bool advance(Choices& choices, usize depth) {
    if (choices.size() > depth) {
        choices.resize(depth);
    }
    while (!choices.empty() && choices.back().chosen + 1 == choices.back().of) {
        choices.pop_back();
    }
    if (choices.empty()) {
        return false;
    }
    ++choices.back().chosen;
    return true;
}

} // namespace

Findings explore(Test test, const Seeds& seeds) {
    const std::optional<u64> only = seed_of_environment();
    Findings findings;
    for (u64 seed = only.value_or(1); only ? findings.runs == 0 : seed <= seeds.seeds; ++seed) {
        SeededChooser chooser(seed);
        findings.failure = run_once(test, chooser, seeds.simulation);
        ++findings.runs;
        if (!findings.is_good()) {
            findings.seed = seed;
            findings.choices = shortest_failing(test, seeds.simulation, chooser.choices(), seed);
            if (!seeds.is_quiet) {
                print(findings);
            }
            break;
        }
    }
    return findings;
}

Findings explore_all(Test test, const Depth& depth) {
    Findings findings;
    Choices choices;
    do {
        ReplayChooser chooser(choices, 0);
        findings.failure = run_once(test, chooser, depth.simulation);
        ++findings.runs;
        choices = chooser.choices();
    } while (findings.is_good() && advance(choices, depth.depth));
    if (!findings.is_good()) {
        findings.choices = choices;
        if (!depth.is_quiet) {
            print(findings);
        }
    }
    return findings;
}

} // namespace async::sim
