/// A moment, or many, as an event of one bit.
#pragma once

#include <atomic>

#include "kernel/process/event.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::processor {
class Processor;
} // namespace kernel::processor

namespace kernel::process {

/// Signals its bit at its deadline. It waits in the timers of the processor that made it; others ask that one by a
/// message to look at it again.
class Timer final : public Event {
  public:
    /// No deadline.
    static constexpr base::Nanoseconds kDisarmed{0};

    static constexpr base::u64 kBit = 1;

    Timer();

    /// From now on its deadline is this, monotonic time, in place of any other; and, if `period` is not 0, again each
    /// time that much later. From any processor. Nothing happens if it is closed.
    void arm(base::Nanoseconds deadline, base::Nanoseconds period);

  private:
    struct Alarm : time::Timer {
        explicit Alarm(process::Timer& whose) : time::Timer(&Alarm::pass), owner(whose) {}

        static void pass(time::Timer& timer) { static_cast<Alarm&>(timer).owner.on_deadline(); }

        process::Timer& owner;
    };

    struct Look : mailbox::Message {
        explicit Look(process::Timer& whose) : mailbox::Message(&Look::run), owner(whose) {}

        static void run(mailbox::Message& message);

        process::Timer& owner;
    };

    struct Plan {
        base::Nanoseconds deadline = kDisarmed;
        base::Nanoseconds period{0};
        bool is_closed = false;
    };

    /// On the home processor: what the plan says is what the alarm is set to.
    void look();
    void on_deadline();
    void ask_to_look();
    static void close(Object& object);
    static void end(Object& object);

    processor::Processor& home_;
    Alarm alarm_{*this};
    Look look_{*this};
    std::atomic<base::u32> looks_{0}; ///< that were asked for and are not over
    base::Guarded<Plan, core::KernelLock, core::kTimerPlanLock> plan_;
};

} // namespace kernel::process
