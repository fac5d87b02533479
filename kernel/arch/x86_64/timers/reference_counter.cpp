#include "kernel/arch/x86_64/timers/reference_counter.hpp"

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u64;
using base::u8;

// [hpet] 2.3.
constexpr u64 kHpetCapabilities = 0x00;
constexpr u64 kHpetConfiguration = 0x10;
constexpr u64 kHpetCounter = 0xf0;
constexpr u64 kHpetEnable = 1;
constexpr u64 kHpetLongestPeriod = 0x05f5e100;

constexpr u64 kPmTimerFemtoseconds = 279'365'115;       // 3.579545 MHz
constexpr u64 kIntervalTimerFemtoseconds = 838'095'345; // 1.193182 MHz

constexpr u16 kIntervalTimerData = 0x42;
constexpr u16 kIntervalTimerCommand = 0x43;
constexpr u16 kIntervalTimerGate = 0x61;

constexpr int kPatience = 1000;

} // namespace

base::Result<ReferenceCounter> ReferenceCounter::hpet(Registers registers) {
    const u64 period = registers.read64(kHpetCapabilities) >> 32;
    if (period == 0 || period > kHpetLongestPeriod) {
        return base::Error::OutOfRange;
    }
    registers.write64(kHpetConfiguration, registers.read64(kHpetConfiguration) | kHpetEnable);
    ReferenceCounter counter(Kind::Hpet, "hpet", period, 0xffffffff);
    counter.registers_ = registers;
    return counter;
}

ReferenceCounter ReferenceCounter::pm_timer(u16 port) {
    ReferenceCounter counter(Kind::PmTimer, "pm timer", kPmTimerFemtoseconds, 0xffffff);
    counter.port_ = port;
    return counter;
}

ReferenceCounter ReferenceCounter::interval_timer() {
    const auto gate = static_cast<u8>((Cpu::in8(kIntervalTimerGate) & ~3U) | 1U); // counts, speaker off
    Cpu::out8(kIntervalTimerGate, gate);
    Cpu::out8(kIntervalTimerCommand, 0xb4); // channel 2, both bytes, rate generator
    Cpu::out8(kIntervalTimerData, 0);
    Cpu::out8(kIntervalTimerData, 0);
    return {Kind::IntervalTimer, "pit", kIntervalTimerFemtoseconds, 0xffff};
}

bool ReferenceCounter::counts() const {
    const u64 first = read();
    for (int attempt = 0; attempt < kPatience; ++attempt) {
        if (read() != first) {
            return true;
        }
    }
    return false;
}

u64 ReferenceCounter::read() const {
    switch (kind_) {
    case Kind::Hpet: return registers_.read32(kHpetCounter);
    case Kind::PmTimer: return Cpu::in32(port_) & mask_;
    case Kind::IntervalTimer: break;
    }
    Cpu::out8(kIntervalTimerCommand, 0x80); // hold channel 2's count for the two reads
    const u64 low = Cpu::in8(kIntervalTimerData);
    const u64 high = Cpu::in8(kIntervalTimerData);
    return ~(high << 8 | low) & mask_; // it counts down
}

base::Nanoseconds ReferenceCounter::nanoseconds(u64 count) const {
    return base::Nanoseconds{count * femtoseconds_ / 1'000'000};
}

} // namespace kernel::arch::x86_64
