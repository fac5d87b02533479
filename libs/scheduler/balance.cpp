#include "libs/scheduler/balance.hpp"

#include <algorithm>
#include <utility>

namespace scheduler {

using base::u64;
using base::usize;

namespace {

/// Gives one of weight `given`, and takes back, heaviest first, what is too much of it to halve `difference`.
Exchange exchange(u64 given, std::span<const u64> takeable, u64 difference) {
    Exchange result;
    u64 moved = given;
    for (usize index = 0; index < takeable.size() && result.taken_count < Exchange::kMost; ++index) {
        if (2 * moved >= difference + 2 * takeable[index]) {
            result.taken.at(result.taken_count++) = index;
            moved -= takeable[index];
        }
    }
    result.difference = 2 * moved > difference ? 2 * moved - difference : difference - 2 * moved;
    return result;
}

} // namespace

void Candidates::insert(Context& context) {
    usize at = count_++;
    for (; at != 0 && weights_.at(at - 1) < context.scaled_weight(); --at) {
        contexts_.at(at) = contexts_.at(at - 1);
        weights_.at(at) = weights_.at(at - 1);
    }
    contexts_.at(at) = &context;
    weights_.at(at) = context.scaled_weight();
}

Context* Candidates::find(u64 weight) const {
    const auto found = std::ranges::find(weights(), weight);
    return found == weights().end() ? nullptr : contexts_.at(static_cast<usize>(found - weights().begin()));
}

std::optional<Exchange> find_exchange(std::span<const u64> giveable, std::span<const u64> takeable, u64 difference) {
    const auto is_better = [](const Exchange& a, const Exchange& b) {
        return std::pair(a.difference, a.taken_count) < std::pair(b.difference, b.taken_count);
    };
    std::optional<Exchange> best;
    for (usize index = 0; index < giveable.size(); ++index) {
        Exchange found = exchange(giveable[index], takeable, difference);
        if (found.difference < difference && (!best || is_better(found, *best))) {
            found.given = index;
            best = found;
        }
    }
    return best;
}

} // namespace scheduler
