#include "libs/scheduler/placement.hpp"

namespace scheduler {

using base::Error;
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

} // namespace scheduler
