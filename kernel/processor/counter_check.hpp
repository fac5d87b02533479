/// Whether the processors' counters are in step: asked once, when all are there.
#pragma once

#include <atomic>

#include "kernel/processor/processor.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/timekeeping/step_check.hpp"

namespace kernel::core {
struct Kernel;
} // namespace kernel::core

namespace kernel::processor {

/// The processor that boots compares its counter with each other one's, while that does the same, in turn. Lives as
/// long as the kernel: one that was too busy may take part later.
class CounterCheck : mailbox::Message {
  public:
    constexpr CounterCheck() : Message(&CounterCheck::run_there) {}

    /// The largest difference between this processor's counter and that of `other`, in ticks; 0: in step, or `other`
    /// was too busy to take part. On the processor that boots. `skew` is added to what `other` reads: for tests.
    base::u64 compare_with(Processor& other, base::u64 skew = 0);

  private:
    static void run_there(Message& message);

    timekeeping::StepCheck check_;
    std::atomic<bool> begun_{false};
    std::atomic<bool> done_{false};
    base::u64 skew_ = 0;
};

/// Compares the counter of the processor that boots with all others that are online, while nothing else runs. The
/// largest difference, in ticks.
base::u64 compare_counters(core::Kernel& kernel);

} // namespace kernel::processor
