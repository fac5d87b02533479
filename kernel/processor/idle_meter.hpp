/// How long no processor had anything to do.
#pragma once

#include <atomic>

#include "base/types.hpp"

namespace kernel::processor {

/// Ticks of the counter during which all processors slept: what is left of the whole is work. Exact where all
/// processors share one counter.
class IdleMeter {
  public:
    /// The calling processor goes to sleep.
    void begin(base::u64 ticks) {
        if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            since_.store(ticks, std::memory_order_relaxed);
        }
    }

    /// It works again, or begins to.
    void end(base::u64 ticks) {
        if (working_.fetch_add(1, std::memory_order_acq_rel) == 0) {
            total_.fetch_add(ticks - since_.load(std::memory_order_relaxed), std::memory_order_relaxed);
        }
    }

    [[nodiscard]] base::u64 total() const { return total_.load(std::memory_order_relaxed); }

  private:
    std::atomic<base::u32> working_{1};
    std::atomic<base::u64> since_{0};
    std::atomic<base::u64> total_{0};
};

} // namespace kernel::processor
