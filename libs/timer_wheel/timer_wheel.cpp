#include "libs/timer_wheel/timer_wheel.hpp"

#include <bit>

namespace timer_wheel {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;

void TimerWheel::arm(Timer& timer, Nanoseconds deadline) {
    cancel(timer);
    timer.deadline_ = deadline;
    place(timer);
}

bool TimerWheel::cancel(Timer& timer) {
    const bool armed = timer.is_armed();
    if (armed) {
        unlink(timer);
    }
    return armed;
}

std::optional<Nanoseconds> TimerWheel::next_expiry() const {
    if (!list(kDue).empty() || open_slot_ != kNone) {
        return Nanoseconds{0};
    }
    if (occupied_levels_ == 0) {
        return std::nullopt;
    }
    const ListIndex slot = first_slot();
    if (list(slot).count() > kExactTimers) {
        return Nanoseconds{start_of(slot)};
    }
    Nanoseconds earliest{~u64{0}};
    for (const Timer& timer : list(slot)) {
        earliest = std::min(earliest, timer.deadline());
    }
    return earliest;
}

/// Empties the slots that have begun at `now` into the list of due timers and into lower slots. Returns what is left of
/// `limit`.
usize TimerWheel::collect_due(Nanoseconds now, usize limit) {
    now_ = std::max(now_, now.value());
    while (open_next_slot() && limit != 0) {
        place(*take(open_slot_));
        --limit;
    }
    return limit;
}

/// Opens the first slot if it has begun and none is open. False if there is none; then the wheel stands at now_.
bool TimerWheel::open_next_slot() {
    if (open_slot_ != kNone) {
        return true;
    }
    if (occupied_levels_ == 0 || start_of(first_slot()) > now_) {
        position_ = now_;
        return false;
    }
    open_slot_ = first_slot();
    // As far as no other slot has begun: what the slot held then moves to its final place at once, not level by level.
    const u64 width = u64{1} << (open_slot_ / kSlots * kDigitBits);
    position_ = std::min(now_, start_of(open_slot_) + (width - 1));
    return true;
}

/// Puts `timer`, which is in no list, where its deadline belongs.
void TimerWheel::place(Timer& timer) {
    const u64 deadline = timer.deadline_.value();
    if (deadline <= now_) {
        timer.list_ = kDue;
    } else {
        const u32 highest_bit = 63 - static_cast<u32>(std::countl_zero(deadline ^ position_));
        const u32 level = highest_bit / kDigitBits;
        const u32 slot = (deadline >> (level * kDigitBits)) % kSlots;
        occupied_[level] |= u64{1} << slot;
        occupied_levels_ |= 1U << level;
        timer.list_ = static_cast<ListIndex>(level * kSlots + slot);
    }
    list(timer.list_).push_back(timer);
}

/// Takes out the first timer of a list. Null if there is none.
Timer* TimerWheel::take(ListIndex index) {
    Timer* const timer = list(index).front();
    if (timer != nullptr) {
        unlink(*timer);
    }
    return timer;
}

void TimerWheel::unlink(Timer& timer) {
    const ListIndex index = timer.list_;
    list(index).remove(timer);
    if (index == kDue || !list(index).empty()) {
        return;
    }
    const u32 level = index / kSlots;
    occupied_[level] &= ~(u64{1} << (index % kSlots));
    if (occupied_[level] == 0) {
        occupied_levels_ &= ~(1U << level);
    }
    if (index == open_slot_) {
        open_slot_ = kNone;
    }
}

bool TimerWheel::has_work() const {
    return !list(kDue).empty() || open_slot_ != kNone || (occupied_levels_ != 0 && start_of(first_slot()) <= now_);
}

/// The first slot that is not empty. There must be one, and none open: a lower level's slots end before those of a
/// higher one begin.
TimerWheel::ListIndex TimerWheel::first_slot() const {
    const auto level = static_cast<u32>(std::countr_zero(occupied_levels_));
    return static_cast<ListIndex>(level * kSlots + static_cast<u32>(std::countr_zero(occupied_[level])));
}

/// The first moment that belongs to `slot`: the position's digits above its level, its own, and zeros.
u64 TimerWheel::start_of(ListIndex slot) const {
    const u32 shift = slot / kSlots * kDigitBits;
    const u64 digit = u64{slot % kSlots} << shift;
    const u32 above = shift + kDigitBits;
    return above < 64 ? (position_ >> above << above) | digit : digit;
}

} // namespace timer_wheel
