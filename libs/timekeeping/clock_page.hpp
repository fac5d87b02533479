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
};

/// A sequence lock around a ClockBase: one writer, any readers, in any address space. Mapped read-only to programs: its
/// layout is part of the interface.
class ClockPage {
  public:
    /// Publishes a new base. One caller at a time.
    void publish(const ClockBase& base, base::Nanoseconds wall_offset) {
        const base::u32 sequence = sequence_.load(std::memory_order_relaxed);
        sequence_.store(sequence + 1, std::memory_order_relaxed); // odd: being written
        std::atomic_thread_fence(std::memory_order_release);
        ticks_.store(base.ticks, std::memory_order_relaxed);
        time_.store(base.time.value(), std::memory_order_relaxed);
        multiplier_.store(base.multiplier, std::memory_order_relaxed);
        wall_offset_.store(wall_offset.value(), std::memory_order_relaxed);
        sequence_.store(sequence + 2, std::memory_order_release);
    }

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
    [[nodiscard]] ClockBase read_base() const {
        return {ticks_.load(std::memory_order_relaxed), base::Nanoseconds{time_.load(std::memory_order_relaxed)},
                multiplier_.load(std::memory_order_relaxed)};
    }

    std::atomic<base::u32> sequence_{0};
    [[maybe_unused]] base::u32 reserved_ = 0;
    std::atomic<base::u64> ticks_{0};
    std::atomic<base::u64> time_{0};
    std::atomic<base::u64> multiplier_{0};
    std::atomic<base::u64> wall_offset_{0};
};

static_assert(std::atomic<base::u64>::is_always_lock_free && sizeof(ClockPage) == 40);

} // namespace timekeeping
