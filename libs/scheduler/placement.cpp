#include "libs/scheduler/placement.hpp"

namespace scheduler {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u32;
using cpu_set::CpuSet;

Result<void> check_affinity(const CpuSet& affinity, const Topology& topology) {
    return (affinity & topology.online()).is_empty() ? Error::InvalidArgument : Result<void>{};
}

CpuSet allowed(const Situation& situation, const CpuSet& affinity) {
    const CpuSet wanted = affinity & situation.topology.online();
    return wanted.is_empty() ? situation.topology.online() : wanted;
}

std::optional<u32> nearest_idle(const Situation& situation, const Wish& wish) {
    const CpuSet candidates = (allowed(situation, wish.affinity) & situation.idle) - situation.preempted;
    if (candidates.is_empty()) {
        return std::nullopt;
    }
    if (candidates.contains(wish.last)) {
        return wish.last;
    }
    return placement_detail::best_of(situation.topology, wish.last, candidates, [](u32, u32) { return false; });
}

Context* choose_stolen(RunQueue& victim, u32 thief, Nanoseconds now) {
    constexpr int kLookedAt = 32;
    Context* best = nullptr;
    int looked_at = 0;
    victim.for_each_waiting_until([&](Context& context) {
        const Runner& runner = context.runner();
        if (runner.affinity().contains(thief)) {
            const bool is_cold = context.rank().is_real_time() || runner.last_ran() + kCacheWarm <= now;
            best = best == nullptr || is_cold || runner.last_ran() < best->runner().last_ran() ? &context : best;
            if (is_cold) {
                return true;
            }
        }
        return ++looked_at == kLookedAt;
    });
    return best;
}

} // namespace scheduler
