#include "kernel/arch/x86_64/timers/calibration.hpp"

#include <algorithm>

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "libs/hypervisor/counter_rate.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;

constexpr base::Nanoseconds kWindow{400'000};
/// Enough that the first ones, which an emulator translates as it goes, do not count.
constexpr int kAttempts = 16;
/// The window is so many times as long as its ends may be off.
constexpr u64 kPrecision = 256;
/// Parts of a second: no longer, on a machine that stands still at each reading.
constexpr u64 kLongestWindow = 10;
/// So many that a counter which counts has passed the window long before.
constexpr int kMostLooks = 10'000'000;
constexpr u64 kNanosecondsPerSecond = 1'000'000'000;

/// All counters at one moment.
struct Reading {
    u64 reference;
    u64 counter;
    u64 timer;
    u64 uncertainty; ///< how many ticks of the counter the reading took
};

/// The reading of a few that was interrupted least: an emulator may stop us in any of them.
template <class Read>
Reading read_best(Read read_once) {
    Reading best = read_once();
    for (int attempt = 1; attempt < kAttempts; ++attempt) {
        const Reading reading = read_once();
        best = reading.uncertainty < best.uncertainty ? reading : best;
    }
    return best;
}

Reading read_all(const ReferenceCounter& reference, const LocalApic& apic) {
    const u64 before = Cpu::read_cycle_counter();
    const u64 count = reference.read();
    const u64 after = Cpu::read_cycle_counter();
    return {count, before + (after - before) / 2, apic.timer_count(), after - before};
}

Reading read_timer(const LocalApic& apic) {
    const u64 before = Cpu::read_cycle_counter();
    const u64 timer = apic.timer_count();
    const u64 after = Cpu::read_cycle_counter();
    return {0, before + (after - before) / 2, timer, after - before};
}

u64 hypervisor_stated_hertz() {
    constexpr u64 kKilo = 1000;
    const auto ask = [](u32 leaf) {
        const CpuidResult result = Cpu::cpuid(leaf);
        return hypervisor::Leaf{result.eax, result.ebx, result.ecx, result.edx};
    };
    return has_named("HYPERVISOR") ? kKilo * hypervisor::stated_counter_kilohertz(hypervisor::Identification(ask), ask)
                                   : 0;
}

} // namespace

Rates measure_rates(const ReferenceCounter& reference, const LocalApic& apic) {
    apic.mask_timer();
    apic.arm_timer(~u32{0});
    const Reading start = read_best([&] { return read_all(reference, apic); });
    for (int look = 0; look < kMostLooks; ++look) {
        if (reference.nanoseconds(reference.passed(start.reference, reference.read())) >= kWindow) {
            break;
        }
    }
    const Reading end = read_best([&] { return read_all(reference, apic); });
    apic.arm_timer(0);
    const u64 time = reference.nanoseconds(reference.passed(start.reference, end.reference)).value();
    if (time < kWindow.value()) {
        return {};
    }
    return {(end.counter - start.counter) * kNanosecondsPerSecond / time,
            (start.timer - end.timer) * kNanosecondsPerSecond / time};
}

Rates measure_timer(u64 counter_hertz, const LocalApic& apic) {
    constexpr u64 kMicro = 1'000'000;
    const u64 window = counter_hertz / kMicro * (kWindow.value() * kMicro / kNanosecondsPerSecond);
    apic.mask_timer();
    apic.arm_timer(~u32{0});
    const u64 longest = counter_hertz / kLongestWindow;
    const auto read = [&] { return read_timer(apic); };
    const Reading start = read_best(read);
    Reading end = start;
    u64 passed = 0;
    // Where the timer is emulated, and slow to read, its window is long enough all the same.
    while (passed < window || passed < std::min((start.uncertainty + end.uncertainty) * kPrecision, longest)) {
        end = read_best(read);
        passed = end.counter - start.counter;
    }
    const u64 counted = start.timer - end.timer;
    apic.arm_timer(0);
    constexpr u64 kKilo = 1'000;
    return {counter_hertz, counted * (counter_hertz / kKilo) / passed * kKilo};
}

u64 stated_counter_hertz() {
    constexpr u32 kCrystalLeaf = 0x15;
    if (const u64 stated = hypervisor_stated_hertz(); stated != 0) {
        return stated;
    }
    if (Cpu::cpuid(0).eax < kCrystalLeaf) {
        return 0;
    }
    const CpuidResult leaf = Cpu::cpuid(kCrystalLeaf);
    return leaf.eax == 0 || leaf.ebx == 0 ? 0 : u64{leaf.ecx} * leaf.ebx / leaf.eax;
}

} // namespace kernel::arch::x86_64
