/// So much time of processors in each period, and no more.
#pragma once

#include <algorithm>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace scheduler {

inline constexpr base::Nanoseconds kShortestPeriod{1'000'000};
inline constexpr base::Nanoseconds kLongestPeriod{1'000'000'000};

/// `amount` in each `period`, added over all processors. A period of 0: no limit.
struct Quota {
    base::Nanoseconds amount;
    base::Nanoseconds period;

    [[nodiscard]] constexpr bool is_limited() const { return period != base::Nanoseconds{0}; }

    /// In billionths of a processor, rounded up.
    [[nodiscard]] constexpr base::u64 part() const {
        constexpr base::u64 kBillion = 1'000'000'000;
        return is_limited() ? (amount.value() * kBillion + period.value() - 1) / period.value() : 0;
    }

    friend constexpr bool operator==(const Quota&, const Quota&) = default;
};

/// InvalidArgument: a period outside 1 ms to 1 s, an amount of 0, or one of more than 16 processors; an amount without
/// a period.
constexpr base::Result<void> check(const Quota& quota) {
    constexpr base::u64 kMostParallel = 16;
    const bool is_good = quota.period >= kShortestPeriod && quota.period <= kLongestPeriod &&
                         quota.amount != base::Nanoseconds{0} && quota.amount <= quota.period * kMostParallel;
    const bool is_none = quota == Quota{};
    return is_none || is_good ? base::Result<void>{} : base::Error::InvalidArgument;
}

/// What is left of a quota. Nothing is rounded, and whoever ran too long, because nobody could stop it in time, has
/// that taken from the next periods; what was not used is lost. Periods begin at multiples of their length after
/// begin().
class Bandwidth {
  public:
    /// No limit; or a quota that check() finds good, full at `now`.
    void begin(base::Nanoseconds now, const Quota& quota) {
        quota_ = quota;
        left_ = signed_of(quota.amount);
        end_ = now + quota.period;
    }

    [[nodiscard]] const Quota& quota() const { return quota_; }

    [[nodiscard]] bool is_limited() const { return quota_.is_limited(); }

    /// How long one may run from `now` on, at most `wanted`: never into the next period.
    [[nodiscard]] base::Nanoseconds available(base::Nanoseconds now, base::Nanoseconds wanted) {
        if (!is_limited()) {
            return wanted;
        }
        refill(now);
        return left_ <= 0 ? base::Nanoseconds{0}
                          : std::min({wanted, base::Nanoseconds{static_cast<base::u64>(left_)}, end_ - now});
    }

    /// Takes `amount`, which was available, or was used without asking.
    void take(base::Nanoseconds amount) { left_ -= is_limited() ? signed_of(amount) : 0; }

    /// Gives back what was taken and not used.
    void give_back(base::Nanoseconds amount) { left_ = std::min(left_ + signed_of(amount), signed_of(quota_.amount)); }

    /// When something is available again, if nothing is now.
    [[nodiscard]] base::Nanoseconds next_refill() const {
        const base::u64 owed = left_ < 0 ? static_cast<base::u64>(-left_) : 0;
        return end_ + quota_.period * (is_limited() ? owed / quota_.amount.value() : 0);
    }

  private:
    static base::i64 signed_of(base::Nanoseconds span) { return static_cast<base::i64>(span.value()); }

    void refill(base::Nanoseconds now) {
        if (now < end_) {
            return;
        }
        const base::u64 periods = (now - end_) / quota_.period + 1;
        end_ += quota_.period * periods;
        const base::u64 room = static_cast<base::u64>(signed_of(quota_.amount) - left_);
        // Compared before it is multiplied: many periods may have passed.
        left_ = periods > room / quota_.amount.value() ? signed_of(quota_.amount)
                                                       : left_ + signed_of(quota_.amount * periods);
    }

    Quota quota_;
    base::i64 left_ = 0;
    base::Nanoseconds end_;
};

} // namespace scheduler
