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

    /// When it signals: at `deadline`, monotonic time, and, if `period` is not 0, again each time that much later; each
    /// time at most `slack` after that, together with others.
    struct Times {
        base::Nanoseconds deadline = kDisarmed;
        base::Nanoseconds period{0};
        base::Nanoseconds slack{0};
    };

    /// From now on it has these, in place of any other. From any processor. Nothing happens if it is closed.
    void arm(const Times& times);

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
        Times times;
        bool is_closed = false;

        /// When its alarm is to ring, if it is.
        [[nodiscard]] base::Nanoseconds moment() const;
    };

    /// On the home processor: what the plan says is what the alarm is set to.
    void look();
    void set_alarm(base::Nanoseconds moment);
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
