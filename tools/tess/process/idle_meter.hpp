/// How much of a processor a program uses while it should have nothing to do.
#pragma once

#include <optional>

#include "tools/tess/process/process.hpp"

namespace tess::process {

/// Processor time of all threads that a program has used; nothing when there is no such program.
std::optional<Seconds> processor_time(int process);

/// Measures for `window` from the moment that begin() was called, plus one second in which what was begun may end.
///
///     run({.arguments = ..., .watch = [&](int process) { return meter.watch(process); }}, limit, ...);
class IdleMeter {
  public:
    explicit IdleMeter(Seconds window) : window_(window) {}

    /// The program has nothing to do from now on. Again is without effect.
    void begin();

    /// Looks at the program; Stop once the window has passed.
    Verdict watch(int process);

    /// Processor time by time, both of the window; nothing before it has passed.
    [[nodiscard]] std::optional<double> share() const { return share_; }

  private:
    using Clock = std::chrono::steady_clock;

    Seconds window_;
    std::optional<Clock::time_point> begun_;
    Clock::time_point start_;
    std::optional<Seconds> used_at_start_;
    std::optional<double> share_;
};

} // namespace tess::process
