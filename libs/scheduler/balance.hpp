/// What makes the loads of processors more equal.
#pragma once

#include <array>
#include <optional>

#include "libs/scheduler/run_queue.hpp"

namespace scheduler {

/// The first goes from the heavier queue to the lighter, the others the other way.
struct Exchange {
    static constexpr base::usize kMost = 4;

    Context* given = nullptr;
    std::array<Context*, kMost> taken{};
    base::usize taken_count = 0;
    base::u64 difference = 0; ///< of the weights, afterwards
};

/// How the weights of the interactive ones in `heavier` and `lighter` come nearer to each other, as near as it sees: it
/// looks at a few of those who wait. Who may not run on the other processor stays. Nothing: it sees no such way; then
/// it need not be asked again before someone comes or goes.
[[nodiscard]] std::optional<Exchange> find_exchange(RunQueue& heavier, base::u32 heavier_cpu, RunQueue& lighter,
                                                    base::u32 lighter_cpu);

/// How often to ask while there was an exchange, or someone came or went.
inline constexpr base::Nanoseconds kBalancePeriod{4'000'000};

} // namespace scheduler
