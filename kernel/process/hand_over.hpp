/// Whom a call of the kernel has woken.
#pragma once

#include "base/assert.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/thread/disposition.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::process {

/// The thread that was woken last may get the processor from the one that called, when that one parks: no queue is
/// touched then. All others become ready.
class HandOver {
  public:
    HandOver() = default;
    HandOver(const HandOver&) = delete;
    HandOver& operator=(const HandOver&) = delete;

    ~HandOver() { ASSERT(last_ == nullptr, "a thread that was woken is forgotten"); }

    /// `thread` waited, and does no longer. While it cannot end: under the lock of what it waited at, or on its home.
    void wake(thread::Thread& thread) {
        if (!may_go_on_now(thread, is_call_)) {
            thread::wake(thread);
            return;
        }
        wake_last();
        last_ = &thread;
        is_last_called_ = is_call_;
    }

    /// Whether who is woken from now on is called: that one may run on what a higher one lends it.
    void set_is_call(bool is_call) { is_call_ = is_call; }

    /// The running thread goes on.
    void wake_last() {
        if (last_ != nullptr) {
            thread::wake(*std::exchange(last_, nullptr));
        }
    }

    /// The running thread parks.
    thread::Disposition park() {
        // What came after it in the batch may have suspended or ended it.
        if (last_ == nullptr || !may_go_on_now(*last_, is_last_called_)) {
            wake_last();
            return thread::Disposition::parked();
        }
        return thread::Disposition::switch_to(*std::exchange(last_, nullptr));
    }

  private:
    static bool may_go_on_now(const thread::Thread& thread, bool is_call) {
        const thread::Thread* const running = processor::this_processor().threads.current();
        return running != nullptr &&
               (is_call ? thread.can_be_called_by(*running) : thread.can_take_over_from(*running));
    }

    thread::Thread* last_ = nullptr;
    bool is_last_called_ = false;
    bool is_call_ = false;
};

} // namespace kernel::process
