#include "libs/response_time/response_time.hpp"

namespace response_time {

using base::Nanoseconds;
using base::u64;
using base::usize;

namespace {

/// Products of two times.
__extension__ using Wide = unsigned __int128;

/// Enough for any set that a person writes; what takes longer to settle is as good as fully used, and refused.
constexpr unsigned kMostSteps = 100'000;

Wide divided_up(Wide amount, u64 by) { return (amount + by - 1) / by; }

/// The shortest time in which `work` is supplied at the worst: the inverse of Q/P max(0, t - 2(P - Q)).
Wide time_for(Wide work, const Supply& supply) {
    const u64 quota = supply.quota.value();
    const u64 period = supply.period.value();
    if (period == 0 || quota >= period) {
        return work;
    }
    return Wide{2} * (period - quota) + divided_up(work * period, quota);
}

/// What is to be done in `window` before tasks[number] has ended.
Wide work_in(std::span<const Task> tasks, usize number, u64 window, u64 switches) {
    Wide work = Wide{tasks[number].execution.value()} + tasks[number].blocking.value() + switches;
    for (usize other = 0; other < tasks.size(); ++other) {
        if (other != number && tasks[other].priority >= tasks[number].priority) {
            const u64 period = tasks[other].period.value();
            const Wide releases = divided_up(Wide{window} + tasks[other].jitter.value(), period);
            work += releases * (Wide{tasks[other].execution.value()} + switches);
        }
    }
    return work;
}

bool has_supply(const Supply& supply) { return supply.period.value() == 0 || supply.quota.value() != 0; }

} // namespace

std::optional<Nanoseconds> worst_response(std::span<const Task> tasks, usize number, const Supply& supply,
                                          Nanoseconds switch_cost) {
    const Task& task = tasks[number];
    if (!has_supply(supply) || task.jitter > task.deadline) {
        return std::nullopt;
    }
    const u64 limit = (task.deadline - task.jitter).value();
    u64 window = 1;
    for (unsigned step = 0; step < kMostSteps; ++step) {
        const Wide needed = time_for(work_in(tasks, number, window, 2 * switch_cost.value()), supply);
        if (needed > limit) {
            return std::nullopt;
        }
        if (needed <= window) {
            return Nanoseconds{window};
        }
        window = static_cast<u64>(needed);
    }
    return std::nullopt;
}

} // namespace response_time
