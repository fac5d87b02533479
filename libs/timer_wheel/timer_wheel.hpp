/// Timers for a tickless kernel: any number of them, and the moment for which to set the one hardware timer.
///
///     struct Sleeper : Timer { … };
///     wheel.arm(sleeper, clock.now() + timeout);
///     hardware.set(wheel.next_expiry());   // after each change
///     wheel.expire(clock.now(), [](Timer& timer) { static_cast<Sleeper&>(timer).wake(); });
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>

#include "base/intrusive_list.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace timer_wheel {

/// Base of what waits for a moment. Its owner keeps it alive and in its place while it is armed: a timer that dies
/// armed is a bug of ours.
class Timer : public base::ListLink<class TimerWheel> {
  public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    /// False from the moment it is handed out on.
    [[nodiscard]] bool is_armed() const { return is_linked(); }

    /// Where it was armed for last.
    [[nodiscard]] base::Nanoseconds deadline() const { return deadline_; }

  private:
    friend class TimerWheel;

    base::Nanoseconds deadline_;
    base::u16 list_ = 0;
};

/// Hierarchical: a timer hangs in the slot that the highest digit names (of 6 bits: 64 slots to a level) in which its
/// deadline differs from the wheel's position; 11 levels hold every deadline of 64 bits. When the position reaches a
/// slot, what is not due yet moves to lower levels: a timer moves at most 11 times, however far ahead it is.
///
/// The lowest level's slots are 1 ns wide, so that all that a slot of it holds is due together and nothing in it needs
/// comparing; wider ones would spare a timer one or two moves and no early wake. Who wants timers to expire together
/// rounds their deadlines up.
///
/// One owner at a time, 16 KiB. A wheel that dies must be empty.
class TimerWheel {
  public:
    TimerWheel() = default;

    /// arm() and cancel() cost the same for any timer and any number of them. Arming an armed timer moves it. A
    /// deadline may lie in the past; it is due at once.
    void arm(Timer& timer, base::Nanoseconds deadline);

    /// Whether `timer` was armed. It must not be armed in another wheel.
    bool cancel(Timer& timer);

    /// When to call expire() next: never later than the earliest deadline; nothing if no timer is armed; 0 if expire()
    /// has something to do at once. Constant time.
    ///
    /// It is the earliest deadline exactly, unless more than kExactTimers wait in the first slot. Then it may be the
    /// slot's start, and expire() finds nothing due: at most ten times for any one timer, as each time it moves down.
    [[nodiscard]] std::optional<base::Nanoseconds> next_expiry() const;

    /// Hands each timer whose deadline is at most `now` to `on_due`: once, no longer armed, in no promised order.
    /// `on_due` may arm, cancel and destroy any timer; what it arms may be left to the next call even if it is due, so
    /// that this one ends. The work depends on the timers that are due or move, not on the time that passed. A `now`
    /// before that of an earlier call counts as that one.
    template <std::invocable<Timer&> F>
    void expire(base::Nanoseconds now, F&& on_due) {
        static_cast<void>(expire(now, ~base::usize{0}, on_due));
    }

    /// The same in slices: moves or hands out at most `limit` timers, which is at least 1. Whether there is more to do
    /// at `now`: then call again.
    template <std::invocable<Timer&> F>
    [[nodiscard]] bool expire(base::Nanoseconds now, base::usize limit, F&& on_due) {
        const base::usize left = collect_due(now, limit);
        // Counted before the first callback: what callbacks arm goes to the end, and is not handed out again and again.
        for (base::usize due = std::min(left, list(kDue).count()); due != 0; --due) {
            if (Timer* const timer = take(kDue)) {
                on_due(*timer);
            }
        }
        return has_work();
    }

  private:
    using List = base::IntrusiveList<Timer, TimerWheel>;
    using ListIndex = base::u16;

    static constexpr base::u32 kDigitBits = 6;
    static constexpr base::u32 kSlots = 1 << kDigitBits;
    static constexpr base::u32 kTopLevel = 10;
    static constexpr base::u32 kTopSlots = 1 << (64 - kTopLevel * kDigitBits);
    /// Behind the slots of all levels.
    static constexpr ListIndex kDue = kTopLevel * kSlots + kTopSlots;
    static constexpr ListIndex kNone = kDue + 1;
    /// So few that looking at each costs less than an interrupt that comes too early.
    static constexpr base::usize kExactTimers = 8;

    base::usize collect_due(base::Nanoseconds now, base::usize limit);
    bool open_next_slot();
    void place(Timer& timer);
    Timer* take(ListIndex index);
    void unlink(Timer& timer);
    [[nodiscard]] bool has_work() const;
    [[nodiscard]] ListIndex first_slot() const;
    [[nodiscard]] base::u64 start_of(ListIndex slot) const;

    List& list(ListIndex index) { return lists_[index]; }

    [[nodiscard]] const List& list(ListIndex index) const { return lists_[index]; }

    /// A timer in slot `s` of level `l` agrees with position_ in all digits above `l`, and its digit `l` is `s`, which
    /// is more than position_'s; only in the open slot it is the same.
    std::array<List, kNone> lists_;
    std::array<base::u64, kTopLevel + 1> occupied_{}; ///< by level: a bit for each slot that is not empty
    base::u32 occupied_levels_ = 0;
    ListIndex open_slot_ = kNone; ///< the slot that a limit left half emptied; never an empty one
    base::u64 position_ = 0;      ///< what is in slots has a later deadline, but for the open slot; at most now_
    base::u64 now_ = 0;           ///< the latest time that expire() was told
};

} // namespace timer_wheel
