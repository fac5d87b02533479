/// What is being torn down, a slice at a time.
#pragma once

#include <atomic>

#include "base/guarded.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::object {

/// Ends what nobody refers to any more and what takes long to give back: by processors that have nothing better to do,
/// and by who lacks what it holds. The kernel's one, for all processors.
class Reaper {
  public:
    /// Takes over `dying`, after its first slice, which often is all. Without one where much was given back just now.
    void take(processor::LongWork& dying);

    /// One slice of what has waited longest. False: nothing waits.
    bool run_slice();

    /// Whether anything is still being given back, perhaps by another processor just now.
    [[nodiscard]] bool has_work() const { return count_.load(std::memory_order_acquire) != 0; }

  private:
    /// What each costs beside what it holds.
    static constexpr base::u64 kOfEach = 8;

    base::Guarded<processor::LongWorkList, core::KernelLock, core::kReaperLock> waiting_;
    std::atomic<base::u32> count_{0}; ///< of those that wait, or have a slice just now
};

} // namespace kernel::object
