/// Response-time analysis of tasks with fixed priorities on one processor [Joseph and Pandya 1986], with release jitter
/// and blocking [Audsley et al. 1993] and the supply of a periodic quota [Shin and Lee 2003].
///
///     const auto response = worst_response(tasks, 2, {}, switch_cost);
///     if (!response) { /* task 2 may miss its deadline */ }
#pragma once

#include <optional>
#include <span>

#include "base/types.hpp"
#include "base/units.hpp"

namespace response_time {

/// What is released again and again, at least `period` apart. Times of less than a year.
struct Task {
    base::u32 priority; ///< higher runs first; those of one priority delay each other
    base::Nanoseconds period;
    base::Nanoseconds deadline;    ///< after the release; at most the period
    base::Nanoseconds execution;   ///< at most, calls that it waits for included
    base::Nanoseconds jitter{0};   ///< how much later than it should it may be released
    base::Nanoseconds blocking{0}; ///< how long what has a lower priority may hold it up
};

/// How much of the processor there is: `quota` in each `period`, at the worst possible times. No period: all of it.
struct Supply {
    base::Nanoseconds quota{0};
    base::Nanoseconds period{0};
};

/// The longest time from the release of tasks[number], jitter not included, to its end. None: there is no bound, or
/// with the jitter it is later than the deadline. `switch_cost` is paid twice for each release of each task.
[[nodiscard]] std::optional<base::Nanoseconds> worst_response(std::span<const Task> tasks, base::usize number,
                                                              const Supply& supply, base::Nanoseconds switch_cost);

} // namespace response_time
