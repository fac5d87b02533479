/// A thread that is woken by a timer, and looks at the clock.
#pragma once

#include "abi/arguments.hpp"
#include "libs/timekeeping/clock_page.hpp"
#include "tests/bench/ipc/caller.hpp"
#include "tests/bench/scheduler/wakeups/distribution.hpp"

namespace tests::bench {

/// The thread that it is made by, on the first processor.
class Sleeper {
  public:
    Sleeper(Caller& caller, const timekeeping::ClockPage& clock);

    /// Schedules the thread so.
    void become(const abi::SchedulingArguments& arguments);

    /// Sleeps once until a moment that is different each time, and notes how much later it runs.
    void sleep_once(Distribution& latencies) { sleep_once(latencies, kShortest); }

    /// The same, for `least` nanoseconds up to three times as long.
    void sleep_once(Distribution& latencies, base::u64 least);

    /// Lets others run for a while.
    void rest();

    [[nodiscard]] base::u64 now() const;

  private:
    /// Long enough to arm the timer in.
    static constexpr base::u64 kShortest = 16'384;

    base::u64 choose_gap(base::u64 least);
    /// Runs again at the first completion behind `deadline`.
    void sleep_until(base::u64 deadline);

    Caller& caller_;
    const timekeeping::ClockPage& clock_;
    abi::Handle timer_;
    base::u64 random_ = 0x9e37'79b9'7f4a'7c15;
};

} // namespace tests::bench
