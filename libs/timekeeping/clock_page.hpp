/// The page through which everybody reads the clock without asking the kernel.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/timekeeping/tick_scale.hpp"

namespace timekeeping {

/// What monotonic time was at one reading of the counter, and how fast it goes on.
struct ClockBase {
    base::u64 ticks = 0;
    base::Nanoseconds time{0};
    base::u64 multiplier = 0; ///< nanoseconds per tick, with 32 bits of fraction

    /// The time at `now`. A counter that stands a little behind the base, as another processor's may, reads as the
    /// base: time does not go backwards.
    [[nodiscard]] base::Nanoseconds at(base::u64 now) const {
        const base::u64 passed = static_cast<base::i64>(now - ticks) > 0 ? now - ticks : 0;
        return time + base::Nanoseconds{TickScale::scale(passed, multiplier)};
    }

    /// The same rate from `now` of the counter on, and the same time unless that would be before `least`.
    [[nodiscard]] ClockBase not_before(base::u64 now, base::Nanoseconds least) const {
        const base::Nanoseconds time_now = at(now);
        // A source that began anew may stand before the zero of its times: then the difference has wrapped.
        const bool is_behind = static_cast<base::i64>((time_now - least).value()) < 0;
        return {now, is_behind ? least : time_now, multiplier};
    }
};

/// Which counter a ClockBase counts.
enum class CounterKind : base::u32 {
    Processor = 0, ///< each processor's own time stamp counter, which are in step
    Shared = 1,    ///< one that only the kernel can read: programs must ask it for the time
};

/// A sequence lock around a ClockBase: one writer, any readers, in any address space. Mapped read-only to programs: its
/// layout is part of the interface.
class ClockPage {
  public:
    /// Publishes a new base. One caller at a time.
    void publish(const ClockBase& base, base::Nanoseconds wall_offset) {
        const base::u32 sequence = begin();
        wall_offset_.store(wall_offset.value(), std::memory_order_relaxed);
        finish(sequence, base);
    }

    /// Goes on from the time that it is with `next(now)`, a base for the counter `kind`, where `now` is the time by the
    /// old one; `read_ticks` reads the old counter. No reader sees time go backwards: none that still takes the old
    /// base can have read the counter after `read_ticks` did. One caller at a time.
    template <class ReadTicks, class Next>
    void go_on(CounterKind kind, ReadTicks read_ticks, Next next) {
        const base::u32 sequence = begin();
        // The counter is read after every reader has seen that the old base is gone.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        const ClockBase base = next(read_base().at(read_ticks()));
        kind_.store(kind, std::memory_order_relaxed);
        finish(sequence, base);
    }

    [[nodiscard]] CounterKind kind() const { return kind_.load(std::memory_order_relaxed); }

    /// What to add to monotonic time for the time since 1970, from now on. One caller at a time.
    void set_wall_offset(base::Nanoseconds offset) { wall_offset_.store(offset.value(), std::memory_order_relaxed); }

    /// Monotonic time; `read_ticks` reads the counter. It is read between the two looks at the sequence number, so that
    /// a base which changes meanwhile is not mixed with it.
    template <class ReadTicks>
    [[nodiscard]] base::Nanoseconds now(ReadTicks read_ticks) const {
        for (;;) {
            const base::u32 before = sequence_.load(std::memory_order_acquire);
            const ClockBase base = read_base();
            const base::u64 ticks = read_ticks();
            std::atomic_thread_fence(std::memory_order_acquire);
            if ((before & 1) == 0 && sequence_.load(std::memory_order_relaxed) == before) {
                return base.at(ticks);
            }
        }
    }

    /// What to add to monotonic time for the time since 1970.
    [[nodiscard]] base::Nanoseconds wall_offset() const {
        return base::Nanoseconds{wall_offset_.load(std::memory_order_relaxed)};
    }

  private:
    base::u32 begin() {
        const base::u32 sequence = sequence_.load(std::memory_order_relaxed);
        sequence_.store(sequence + 1, std::memory_order_relaxed); // odd: being written
        std::atomic_thread_fence(std::memory_order_release);
        return sequence;
    }

    void finish(base::u32 sequence, const ClockBase& base) {
        ticks_.store(base.ticks, std::memory_order_relaxed);
        time_.store(base.time.value(), std::memory_order_relaxed);
        multiplier_.store(base.multiplier, std::memory_order_relaxed);
        sequence_.store(sequence + 2, std::memory_order_release);
    }

    [[nodiscard]] ClockBase read_base() const {
        return {ticks_.load(std::memory_order_relaxed), base::Nanoseconds{time_.load(std::memory_order_relaxed)},
                multiplier_.load(std::memory_order_relaxed)};
    }

    std::atomic<base::u32> sequence_{0};
    std::atomic<CounterKind> kind_{CounterKind::Processor};
    std::atomic<base::u64> ticks_{0};
    std::atomic<base::u64> time_{0};
    std::atomic<base::u64> multiplier_{0};
    std::atomic<base::u64> wall_offset_{0};
};

static_assert(std::atomic<base::u64>::is_always_lock_free && sizeof(ClockPage) == 40);

} // namespace timekeeping
