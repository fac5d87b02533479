/// On which processor a thread runs, and from whom an idle one takes work.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "libs/scheduler/rank.hpp"
#include "libs/scheduler/run_queue.hpp"
#include "libs/scheduler/topology.hpp"

namespace scheduler {

/// How busy a processor is. What its user knows may be a little old: a wrong guess costs time, nothing else.
struct Load {
    base::u64 weight = 0;    ///< of its fair ones
    base::usize waiting = 0; ///< ready, and not running
    Rank running{};          ///< of the one that runs
};

/// A machine's processors at one moment.
struct Situation {
    const Topology& topology;
    cpu_set::CpuSet idle;
    cpu_set::CpuSet preempted; ///< those that the hypervisor does not let run now
};

/// What one that is ready allows and prefers.
struct Wish {
    const cpu_set::CpuSet& affinity;
    base::u32 last = 0; ///< where it ran last, or its creator runs
    Rank rank;
};

/// InvalidArgument: a mask of which no processor is there.
base::Result<void> check_affinity(const cpu_set::CpuSet& affinity, const Topology& topology);

/// Those of `situation` on which it may run: of its affinity, or all if none of that is there any more.
[[nodiscard]] cpu_set::CpuSet allowed(const Situation& situation, const cpu_set::CpuSet& affinity);

/// An idle processor for it that may run at once: the last one if it is, else the nearest. Nothing: there is none.
[[nodiscard]] std::optional<base::u32> nearest_idle(const Situation& situation, const Wish& wish);

namespace placement_detail {

/// The best of `candidates`, of equal ones the nearest to `from`; `from` if there is none. `is_better(a, b)` compares
/// processors.
template <class IsBetter>
base::u32 best_of(const Topology& topology, base::u32 from, const cpu_set::CpuSet& candidates, IsBetter is_better) {
    std::optional<base::u32> best;
    topology.for_each_node_from(from, [&](const cpu_set::CpuSet& node) {
        (node & candidates).for_each([&](base::u32 cpu) { best = !best || is_better(cpu, *best) ? cpu : *best; });
        return false;
    });
    return best.value_or(from);
}

} // namespace placement_detail

/// Where one that was woken, or whose processor goes away, is to wait for its turn. Never on a processor that is
/// pre-empted, if another one is allowed. `load(cpu)` returns a Load. One processor at least is there.
///
/// An idle processor, near the last one; of real time, else the one that runs the least important, if that is less
/// important; else the last one; else the one with the least load.
template <class LoadOf>
base::u32 choose_for_waking(const Situation& situation, const Wish& wish, LoadOf load) {
    if (const auto idle = nearest_idle(situation, wish)) {
        return *idle;
    }
    const cpu_set::CpuSet all = allowed(situation, wish.affinity);
    const cpu_set::CpuSet present = all - situation.preempted;
    const cpu_set::CpuSet& candidates = present.is_empty() ? all : present;
    if (wish.rank.is_real_time()) {
        const auto least =
            placement_detail::best_of(situation.topology, wish.last, candidates,
                                      [&](base::u32 a, base::u32 b) { return load(a).running < load(b).running; });
        if (load(least).running < wish.rank) {
            return least;
        }
    }
    if (candidates.contains(wish.last)) {
        return wish.last;
    }
    return placement_detail::best_of(situation.topology, wish.last, candidates,
                                     [&](base::u32 a, base::u32 b) { return load(a).weight < load(b).weight; });
}

/// Where a new thread is to run: as for waking, but the least load counts, not where its creator runs.
template <class LoadOf>
base::u32 choose_for_start(const Situation& situation, const Wish& wish, LoadOf load) {
    if (const auto idle = nearest_idle(situation, wish)) {
        return *idle;
    }
    const cpu_set::CpuSet all = allowed(situation, wish.affinity);
    const cpu_set::CpuSet present = all - situation.preempted;
    return placement_detail::best_of(situation.topology, wish.last, present.is_empty() ? all : present,
                                     [&](base::u32 a, base::u32 b) { return load(a).weight < load(b).weight; });
}

/// From which processor idle `thief` is to take work: in the nearest node where one waits, from the one with the most
/// who wait; first from one that is pre-empted. Nothing: nobody waits.
/// Where none may go, the next is found by counting those who wait there as 0.
template <class LoadOf>
std::optional<base::u32> choose_victim(const Situation& situation, base::u32 thief, LoadOf load) {
    std::optional<base::u32> best;
    const auto is_better = [&](base::u32 cpu) {
        const bool is_preempted = situation.preempted.contains(cpu);
        return !best || (is_preempted != situation.preempted.contains(*best) ? is_preempted
                                                                             : load(cpu).waiting > load(*best).waiting);
    };
    situation.topology.for_each_node_from(thief, [&](const cpu_set::CpuSet& node) {
        node.for_each([&](base::u32 cpu) {
            if (cpu != thief && load(cpu).waiting != 0 && is_better(cpu)) {
                best = cpu;
            }
        });
        return best.has_value();
    });
    return best;
}

/// One that ran so lately has its data in the caches of its processor.
inline constexpr base::Nanoseconds kCacheWarm{500'000};

/// Which of those who wait in `victim` the processor `thief` is to take at `now`: of real time first, then who waits
/// longest for its turn; those whose data is in caches last. Of those that may run there, it is asked may_go(context).
/// Looks at a few only. Null: none may go.
template <class MayGo>
[[nodiscard]] Context* choose_stolen(RunQueue& victim, base::u32 thief, base::Nanoseconds now, MayGo may_go) {
    constexpr int kLookedAt = 32;
    Context* best = nullptr;
    int looked_at = 0;
    victim.for_each_waiting_until([&](Context& context) {
        const Runner& runner = context.runner();
        if (runner.affinity().contains(thief) && may_go(context)) {
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

/// The same where all may go.
[[nodiscard]] inline Context* choose_stolen(RunQueue& victim, base::u32 thief, base::Nanoseconds now) {
    return choose_stolen(victim, thief, now, [](const Context&) { return true; });
}

} // namespace scheduler
