/// Whether the counters of several processors are in step, as far as anybody can see.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/types.hpp"

namespace timekeeping {

/// Every processor compares its counter with the latest reading of all, at about the same time and without waiting for
/// another. A counter that reads less than one which was read before it is behind by at least so much; a difference
/// that is smaller than the way of a cache line from one processor to the next stays unseen, here and everywhere.
class StepCheck {
  public:
    /// `count` comparisons by the processor that runs; `read_ticks` must not read early. When all have made theirs, the
    /// first one makes some more: only so is a counter noticed that is ahead of those that came before.
    template <class ReadTicks>
    void compare(ReadTicks read_ticks, int count) {
        base::u64 behind = 0;
        for (int i = 0; i < count; ++i) {
            const base::u64 before = latest_.load(std::memory_order_acquire);
            const base::u64 now = read_ticks();
            if (static_cast<base::i64>(before - now) > 0) {
                behind = std::max(behind, before - now);
            } else {
                raise(latest_, now);
            }
        }
        raise(behind_, behind);
    }

    /// The largest difference that was seen, in ticks; 0: in step.
    [[nodiscard]] base::u64 behind() const { return behind_.load(std::memory_order_acquire); }

    /// The same, and begins anew. While nobody compares.
    base::u64 take() {
        latest_.store(0, std::memory_order_relaxed);
        return behind_.exchange(0, std::memory_order_acq_rel);
    }

  private:
    static void raise(std::atomic<base::u64>& value, base::u64 to) {
        base::u64 seen = value.load(std::memory_order_relaxed);
        while (static_cast<base::i64>(to - seen) > 0 &&
               !value.compare_exchange_weak(seen, to, std::memory_order_acq_rel)) {
        }
    }

    std::atomic<base::u64> latest_{0};
    std::atomic<base::u64> behind_{0};
};

} // namespace timekeeping
