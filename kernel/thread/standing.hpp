/// As what a thread runs.
#pragma once

#include "base/types.hpp"
#include "libs/scheduler/rank.hpp"

namespace kernel::thread {

/// Its rank, and on the time of which group. Two threads of one standing may run on each other's context, and nobody is
/// wronged.
class Standing {
  public:
    /// No thread has it.
    constexpr Standing() = default;

    /// `group` is its number; 0: none.
    constexpr Standing(scheduler::Rank rank, base::u64 group) : word_(group << kGroupShift | rank.value()) {}

    /// Of thread `id`, which runs as more than it is by itself: for those who wait for it, and nobody else.
    static constexpr Standing of_boosted(scheduler::Rank rank, base::u64 id) { return Standing(rank, kIsThread | id); }

    [[nodiscard]] constexpr scheduler::Rank rank() const { return scheduler::Rank{static_cast<base::u8>(word_)}; }

    friend constexpr bool operator==(Standing, Standing) = default;

  private:
    static constexpr base::u32 kGroupShift = 8;
    /// What stands in the group's place is a thread's id.
    static constexpr base::u64 kIsThread = base::u64{1} << (63 - kGroupShift);

    base::u64 word_ = 0xff;
};

} // namespace kernel::thread
