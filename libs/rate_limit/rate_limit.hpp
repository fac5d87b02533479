/// Tells a storm from ordinary traffic.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace rate_limit {

/// Counts events in windows of time. Not safe for concurrent use.
class RateLimit {
  public:
    /// At most `most` events in each `window`.
    constexpr RateLimit(base::u32 most, base::Nanoseconds window) : most_(most), window_(window) {}

    /// Notes an event at `now`; false if it is one too many in its window. Windows follow each other; one begins with
    /// the first event after the last has ended.
    constexpr bool admit(base::Nanoseconds now) {
        begin_window_if_over(now);
        ++count_;
        return count_ <= most_;
    }

    /// Notes `amount` events at once; false, and none is noted, if not all of them fit into the window.
    constexpr bool admit_all(base::Nanoseconds now, base::u32 amount) {
        begin_window_if_over(now);
        if (count_ > most_ || amount > most_ - count_) {
            return false;
        }
        count_ += amount;
        return true;
    }

    /// How many were noted in the window that is or was last, those that were refused too.
    [[nodiscard]] constexpr base::u32 count() const { return count_; }

  private:
    constexpr void begin_window_if_over(base::Nanoseconds now) {
        if (now - start_ >= window_) {
            start_ = now;
            count_ = 0;
        }
    }

    base::u32 most_;
    base::Nanoseconds window_;
    base::Nanoseconds start_{0};
    base::u32 count_ = 0;
};

} // namespace rate_limit
