#include "kernel/arch/x86_64/timers/shared_counter.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;

// [hpet] 2.3.
constexpr u64 kCapabilities = 0x00;
constexpr u64 kHas64Bits = 1 << 13;
constexpr u64 kConfiguration = 0x10;
constexpr u64 kEnable = 1;
constexpr u64 kCounterLow = 0xf0;
constexpr u64 kCounterHigh = 0xf4;
constexpr u64 kLongestPeriod = 0x05f5e100;
constexpr u64 kFemtosecondsPerNanosecond = 1'000'000;

constexpr int kPatience = 1000;

bool counts(const SharedCounter& counter) {
    const u64 first = counter.read();
    for (int attempt = 0; attempt < kPatience; ++attempt) {
        if (counter.read() != first) {
            return true;
        }
    }
    return false;
}

} // namespace

base::Result<SharedCounter> SharedCounter::open(Registers registers) {
    const u64 capabilities = registers.read64(kCapabilities);
    const u64 period = capabilities >> 32;
    if (period == 0 || period > kLongestPeriod) {
        return base::Error::OutOfRange;
    }
    if ((capabilities & kHas64Bits) == 0) {
        return base::Error::Unsupported;
    }
    registers.write64(kConfiguration, registers.read64(kConfiguration) | kEnable);
    SharedCounter counter;
    counter.registers_ = registers;
    counter.multiplier_ = (period << 32) / kFemtosecondsPerNanosecond;
    return counts(counter) ? base::Result<SharedCounter>{counter} : base::Error::DeviceError;
}

u64 SharedCounter::read() const {
    for (;;) {
        const u64 high = registers_.read32(kCounterHigh);
        const u32 low = registers_.read32(kCounterLow);
        if (registers_.read32(kCounterHigh) == high) {
            return high << 32 | low;
        }
    }
}

} // namespace kernel::arch::x86_64
