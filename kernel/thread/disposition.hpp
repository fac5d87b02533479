/// What becomes of the processor when the kernel has done what a thread entered it for.
#pragma once

#include "base/types.hpp"

namespace kernel::thread {

class Thread;

/// Returned by every function that works for the running thread, up to the outermost loop, which alone acts on it.
class [[nodiscard]] Disposition {
  public:
    enum class Kind : base::u8 { Done, Parked, Ended, Yielded, SwitchTo };

    /// The thread goes on.
    static constexpr Disposition done() { return Disposition(Kind::Done, nullptr); }

    /// It waits for wake(). When that came already since it last ran, it goes on instead, so whoever parks it must look
    /// again at what it waits for.
    static constexpr Disposition parked() { return Disposition(Kind::Parked, nullptr); }

    /// It goes on after others of its class that are ready.
    static constexpr Disposition yielded() { return Disposition(Kind::Yielded, nullptr); }

    /// It never runs again.
    static constexpr Disposition ended() { return Disposition(Kind::Ended, nullptr); }

    /// It parks, and `next`, which is parked on this processor, runs in its place: no queue is touched.
    static constexpr Disposition switch_to(Thread& next) { return Disposition(Kind::SwitchTo, &next); }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }

    /// Only of SwitchTo.
    [[nodiscard]] constexpr Thread& next() const { return *next_; }

  private:
    constexpr Disposition(Kind kind, Thread* next) : kind_(kind), next_(next) {}

    Kind kind_;
    Thread* next_;
};

} // namespace kernel::thread
