#include "libs/kvm/time_info.hpp"

namespace kvm {

using base::Error;
using base::i8;
using base::Nanoseconds;
using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

/// The host writes while the processor does not run, so that a second look is rare.
constexpr int kLooks = 1000;
constexpr int kLargestShift = 31;
constexpr u32 kNanosecondsPerSecond = 1'000'000'000;

} // namespace

Result<u64> multiplier_of(u32 multiplier, i8 shift) {
    if (shift < -kLargestShift || shift > kLargestShift) {
        return Error::Corrupt;
    }
    const u64 whole = shift < 0 ? u64{multiplier} >> -shift : u64{multiplier} << shift;
    const auto scale = timekeeping::TickScale::from_multiplier(whole);
    return scale ? Result<u64>{whole} : Result<u64>{Error::Corrupt};
}

Result<TimeInfo::Reading> TimeInfo::read() const {
    for (int look = 0; look < kLooks; ++look) {
        const u32 before = version_.load(std::memory_order_acquire);
        const u64 ticks = ticks_.load(std::memory_order_relaxed);
        const Nanoseconds time{time_.load(std::memory_order_relaxed)};
        const u32 multiplier = multiplier_.load(std::memory_order_relaxed);
        const i8 shift = shift_.load(std::memory_order_relaxed);
        const u8 flags = flags_.load(std::memory_order_relaxed);
        // The fields before the second look at the version: [kvm] msr.rst, "version".
        std::atomic_thread_fence(std::memory_order_acquire);
        if (before == 0 || (before & 1) != 0 || version_.load(std::memory_order_relaxed) != before) {
            continue;
        }
        const u64 whole = TRY(multiplier_of(multiplier, shift));
        return Reading{{ticks, time, whole}, before, (flags & kStable) != 0, (flags & kStopped) != 0};
    }
    return Error::BadState;
}

void TimeInfo::write(const timekeeping::ClockBase& base, u32 multiplier, i8 shift, u8 flags) {
    const u32 version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    ticks_.store(base.ticks, std::memory_order_relaxed);
    time_.store(base.time.value(), std::memory_order_relaxed);
    multiplier_.store(multiplier, std::memory_order_relaxed);
    shift_.store(shift, std::memory_order_relaxed);
    flags_.store(flags, std::memory_order_relaxed);
    version_.store(version + 2, std::memory_order_release);
}

Result<Nanoseconds> WallClock::read() const {
    if (version == 0 || (version & 1) != 0 || nanoseconds >= kNanosecondsPerSecond) {
        return Error::Corrupt;
    }
    return Nanoseconds{u64{seconds} * kNanosecondsPerSecond + nanoseconds};
}

} // namespace kvm
