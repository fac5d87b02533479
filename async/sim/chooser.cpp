#include "async/sim/chooser.hpp"

#include <algorithm>

namespace async::sim {

using base::u64;
using base::usize;

namespace {

/// Tests of a few Jobs take about so many choices.
constexpr u64 kExpectedSteps = 64;

} // namespace

usize Chooser::choose(std::span<const u64> identities) {
    const usize chosen = pick(identities);
    choices_.push_back({.chosen = chosen, .of = identities.size()});
    return chosen;
}

u64 Random::next() {
    state_ += 0x9e3779b97f4a7c15;
    u64 mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

SeededChooser::SeededChooser(u64 seed) : random_(seed), world_(seed), is_uniform_(seed % 2 == 1) {
    // From two moments that a test of this length surely has to many.
    const u64 steps = u64{2} << random_.below(6);
    for (u64& point : change_points_) {
        point = random_.below(std::min(steps, kExpectedSteps));
    }
}

u64& SeededChooser::priority_of(u64 identity) {
    const auto [at, is_new] = priorities_.try_emplace(identity, 0);
    if (is_new) {
        at->second = kChangePoints + 1 + (random_.next() >> 1);
    }
    return at->second;
}

usize SeededChooser::highest(std::span<const u64> identities) {
    usize best = 0;
    for (usize i = 1; i < identities.size(); ++i) {
        if (priority_of(identities[i]) > priority_of(identities[best])) {
            best = i;
        }
    }
    return best;
}

usize SeededChooser::pick(std::span<const u64> identities) {
    if (is_uniform_) {
        return random_.below(identities.size());
    }
    if (std::ranges::contains(change_points_, step_++) && lowest_ != 0) {
        priority_of(identities[highest(identities)]) = lowest_--;
    }
    return highest(identities);
}

ReplayChooser::ReplayChooser(std::span<const Choice> prefix, u64 seed)
    : prefix_(prefix.begin(), prefix.end()), world_(seed) {}

usize ReplayChooser::pick(std::span<const u64> identities) {
    if (next_ == prefix_.size()) {
        return 0;
    }
    return std::min(prefix_[next_++].chosen, identities.size() - 1);
}

} // namespace async::sim
