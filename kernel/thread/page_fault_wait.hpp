/// What a thread waits for that made a page fault.
#pragma once

#include <atomic>
#include <optional>

#include "base/types.hpp"
#include "kernel/object/fault_wait.hpp"

namespace kernel::thread {

class Thread;

/// Part of its thread. When it is over the thread runs again and makes the access once more; if what it waited for did
/// not come, that is then a fault of the thread.
class PageFaultWait : public object::FaultWait {
  public:
    explicit PageFaultWait(Thread& thread) : FaultWait(&PageFaultWait::resume), thread_(thread) {}

    /// Why it cannot go on, once.
    [[nodiscard]] std::optional<base::Error> take_error() { return std::exchange(error_, std::nullopt); }

    /// Why the last page fault could not be resolved.
    [[nodiscard]] std::optional<base::Error> refusal() const { return refusal_; }

    void note_refusal(base::Error error) { refusal_ = error; }

    /// The thread waits: resume comes, or came already.
    void note_waiting() { ++begun_; }

    /// Whether somebody still knows it. On the processor of note_waiting().
    [[nodiscard]] bool is_pending() const { return over_.load(std::memory_order_acquire) != begun_; }

  private:
    static void resume(object::FaultWait& wait, base::Result<void> result);

    Thread& thread_;
    std::optional<base::Error> error_;
    std::optional<base::Error> refusal_;
    base::u64 begun_ = 0;
    std::atomic<base::u64> over_{0};
};

} // namespace kernel::thread
