#include "libs/supervision/supervisor.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace supervision {

using base::Nanoseconds;
using base::u32;
using base::u64;

namespace {

/// After 64 steps of a factor of 2 or more every wait is the longest.
constexpr u32 kMostSteps = 64;

} // namespace

bool is_sound(const Backoff& backoff) {
    return backoff.first <= backoff.most && backoff.factor >= 1 && backoff.give_up >= 1 &&
           backoff.give_up <= kMostStarts;
}

Supervisor::Supervisor(Policy policy, const Backoff& backoff) : backoff_(backoff), policy_(policy) {
    ASSERT(is_sound(backoff), "a back-off that makes no sense");
}

void Supervisor::started(Nanoseconds now) {
    times_[starts_ % kMostStarts] = now;
    ++starts_;
}

void Supervisor::became_ready() { failed_starts_ = 0; }

void Supervisor::forget() {
    starts_ = 0;
    failed_starts_ = 0;
}

bool Supervisor::has_too_many_starts(Nanoseconds now) const {
    if (starts_ < backoff_.give_up) {
        return false;
    }
    return now - times_[(starts_ - backoff_.give_up) % kMostStarts] < backoff_.forget;
}

Nanoseconds Supervisor::wait() const {
    u64 wait = backoff_.first.value();
    const u64 most = backoff_.most.value();
    for (u32 step = 1; step < failed_starts_ && wait < most && backoff_.factor > 1; ++step) {
        wait = wait > most / backoff_.factor ? most : wait * backoff_.factor;
    }
    return Nanoseconds{wait};
}

Decision Supervisor::ended(Nanoseconds now, End end) {
    ASSERT(starts_ != 0, "an end without a start");
    if (now - times_[(starts_ - 1) % kMostStarts] >= backoff_.forget) {
        became_ready();
    }
    if (policy_ != Policy::Always && end == End::Good) {
        return {Step::Finish, now};
    }
    if (policy_ == Policy::Never || has_too_many_starts(now)) {
        return {Step::GiveUp, now};
    }
    failed_starts_ = std::min(failed_starts_ + 1, kMostSteps);
    return {Step::Restart, now + wait()};
}

} // namespace supervision
