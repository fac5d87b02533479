/// Jobs that have not begun, and that any worker may take.
#pragma once

#include <array>
#include <atomic>

#include "base/types.hpp"

namespace async {

class Job;

/// One worker adds, all take, the oldest first; no lock.
class FreshQueue {
  public:
    static constexpr base::usize kCapacity = 256;

    /// Only by its worker. False if it is full.
    [[nodiscard]] bool push(Job& job) {
        const base::u64 end = end_.load(std::memory_order_relaxed); // only this worker writes it
        // Acquire: the slot's last taker has read it.
        if (end - begin_.load(std::memory_order_acquire) == kCapacity) {
            return false;
        }
        slots_[end % kCapacity].store(&job, std::memory_order_relaxed);
        // The Job is whole before others see it; and in one order with the flags of workers that go to sleep.
        end_.store(end + 1);
        return true;
    }

    /// From any worker. Null if there is none.
    [[nodiscard]] Job* take() {
        base::u64 begin = begin_.load(std::memory_order_acquire);
        while (begin != end_.load()) {
            // The slot may be filled anew meanwhile: then begin_ has moved on, and the exchange fails.
            Job* const job = slots_[begin % kCapacity].load(std::memory_order_relaxed);
            if (begin_.compare_exchange_weak(begin, begin + 1, std::memory_order_acq_rel, std::memory_order_acquire)) {
                return job;
            }
        }
        return nullptr;
    }

    [[nodiscard]] bool is_empty() const { return begin_.load() == end_.load(); }

  private:
    static constexpr base::usize kCacheLineBytes = 64;

    alignas(kCacheLineBytes) std::atomic<base::u64> begin_{0}; ///< of the oldest; free-running
    alignas(kCacheLineBytes) std::atomic<base::u64> end_{0};   ///< behind the newest
    std::array<std::atomic<Job*>, kCapacity> slots_{};
};

} // namespace async
