/// Whether and when a component that ended is started again.
///
///     Supervisor supervisor(Policy::Failure, {});
///     supervisor.started(now);
///     const Decision next = supervisor.ended(later, End::Failed);
///     if (next.step == Step::Restart) { timer.arm(next.at); }
#pragma once

#include <array>

#include "base/types.hpp"
#include "base/units.hpp"

namespace supervision {

/// What of a component's ends is followed by another start.
enum class Policy : base::u8 {
    Always,  ///< each
    Failure, ///< each that failed; an end in good order is the end
    Never,
};

inline constexpr base::u8 kPolicies = 3;

/// How a component ended.
enum class End : base::u8 {
    Good,   ///< it exited with 0
    Failed, ///< it exited with something else, was ended by a fault, or was not ready in time
};

/// How long each start waits after the end before it, and how many there are.
struct Backoff {
    base::Nanoseconds first{10'000'000};      ///< before the first restart
    base::u32 factor = 2;                     ///< of each wait to the one before it
    base::Nanoseconds most{5'000'000'000};    ///< the longest wait
    base::Nanoseconds forget{60'000'000'000}; ///< a start that lived so long was good; starts so long ago do not count
    base::u32 give_up = 10; ///< starts within `forget` after which there is no other; 1 to kMostStarts
};

/// The largest Backoff::give_up.
inline constexpr base::u32 kMostStarts = 32;

/// Whether the numbers make sense: waits that do not shrink, a factor of at least 1, a number of starts in its range.
[[nodiscard]] bool is_sound(const Backoff& backoff);

enum class Step : base::u8 {
    Restart, ///< start it again at Decision::at
    Finish,  ///< it ended as it should
    GiveUp,  ///< it failed, and is not started again
};

struct Decision {
    Step step;
    base::Nanoseconds at; ///< of Restart: not before; else the time of the end

    friend bool operator==(const Decision&, const Decision&) = default;
};

/// The starts of one component. Owned by its supervisor; no locks. Times are of one monotonic clock.
class Supervisor {
  public:
    /// `backoff` is sound.
    Supervisor(Policy policy, const Backoff& backoff);

    /// It was started. Each is followed by one ended() before the next.
    void started(base::Nanoseconds now);

    /// It says that it can serve: this start was good, and the next wait is the first one again.
    void became_ready();

    /// It ended; what comes next.
    Decision ended(base::Nanoseconds now, End end);

    /// Forgets all starts, as when a person starts it by hand after it was given up.
    void forget();

    /// Ends since the last good start, as far as they make waits longer.
    [[nodiscard]] base::u32 failed_starts() const { return failed_starts_; }

  private:
    [[nodiscard]] bool has_too_many_starts(base::Nanoseconds now) const;
    [[nodiscard]] base::Nanoseconds wait() const;

    Backoff backoff_;
    Policy policy_;
    base::u32 failed_starts_ = 0;
    base::u64 starts_ = 0; ///< ever; the time of start n stands at n % kMostStarts
    std::array<base::Nanoseconds, kMostStarts> times_{};
};

} // namespace supervision
