/// kvmclock: what the host says of time, one record for each processor: [kvm] msr.rst, MSR_KVM_SYSTEM_TIME_NEW and
/// MSR_KVM_WALL_CLOCK_NEW.
#pragma once

#include <atomic>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/timekeeping/clock_page.hpp"

namespace kvm {

/// struct pvclock_vcpu_time_info. The host writes it whenever it likes, while the processor does not run: an odd
/// version means that it is at it. Its physical address goes into SystemTime, a multiple of 4.
class TimeInfo {
  public:
    /// What it said at one moment.
    struct Reading {
        timekeeping::ClockBase base; ///< nanoseconds since the host began to count, of the time stamp counter
        base::u32 version = 0;
        bool is_stable = false;   ///< the records of all processors agree, and their counters are in step
        bool was_stopped = false; ///< the host stopped the guest since the flag was last cleared
    };

    /// BadState when nothing was written yet, or while the host writes for longer than we look; Corrupt if its rate is
    /// not one of a counter.
    [[nodiscard]] base::Result<Reading> read() const;

    /// Changes with each writing.
    [[nodiscard]] base::u32 version() const { return version_.load(std::memory_order_acquire); }

    /// Whether the host stopped the guest since this was last asked.
    bool take_stopped() {
        return (flags_.load(std::memory_order_relaxed) & kStopped) != 0 &&
               (flags_.fetch_and(static_cast<base::u8>(~kStopped)) & kStopped) != 0;
    }

    /// What the host does; here for tests.
    void write(const timekeeping::ClockBase& base, base::u32 multiplier, base::i8 shift, base::u8 flags);

    static constexpr base::u8 kStable = 1;
    static constexpr base::u8 kStopped = 2;

  private:
    std::atomic<base::u32> version_{0};
    [[maybe_unused]] base::u32 reserved_ = 0;
    std::atomic<base::u64> ticks_{0};
    std::atomic<base::u64> time_{0};
    std::atomic<base::u32> multiplier_{0};
    std::atomic<base::i8> shift_{0};
    std::atomic<base::u8> flags_{0};
    [[maybe_unused]] base::u16 padding_ = 0;
};

static_assert(sizeof(TimeInfo) == 32);

/// The one multiplication of ClockBase for the shift and multiplication of a record: nanoseconds per tick with 32 bits
/// of fraction. Corrupt outside of what a counter can have.
base::Result<base::u64> multiplier_of(base::u32 multiplier, base::i8 shift);

/// struct pvclock_wall_clock: the time of day when the guest's clock was 0. The host fills it while the register
/// WallClock is written with its physical address.
struct WallClock {
    base::u32 version;
    base::u32 seconds;
    base::u32 nanoseconds;

    /// Nanoseconds since 1970; Corrupt if it was not filled.
    [[nodiscard]] base::Result<base::Nanoseconds> read() const;
};

static_assert(sizeof(WallClock) == 12);

} // namespace kvm
