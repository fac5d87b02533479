#include "kernel/arch/x86_64/timers/event_timer.hpp"

#include <algorithm>

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;

constexpr u64 kLongestCount = 0xffff'ffff;
/// So far ahead that adding it to the counter cannot wrap.
constexpr u64 kFarthest = 1ULL << 60;

} // namespace

void EventTimer::choose(bool has_deadline, const Rates& rates) {
    mode_ = has_deadline ? ApicTimerMode::Deadline : ApicTimerMode::OneShot;
    // The timer counts at a few gigahertz at most: its rate in kilohertz, shifted, fits.
    constexpr u64 kKilo = 1000;
    const u64 counter_kilohertz = rates.counter_hertz / kKilo;
    timer_per_counter_ = counter_kilohertz == 0 ? 0 : (rates.timer_hertz / kKilo << 32) / counter_kilohertz;
}

void EventTimer::enable(const LocalApic& apic, base::u8 vector) const {
    apic.set_timer(mode_, vector);
    disarm(apic);
}

void EventTimer::arm(const LocalApic& apic, u64 ticks) const {
    if (mode_ == ApicTimerMode::Deadline) {
        Cpu::write_msr(Msr::TscDeadline, Cpu::read_cycle_counter() + std::min(ticks, kFarthest));
        return;
    }
    const u64 count = static_cast<u64>(static_cast<unsigned __int128>(ticks) * timer_per_counter_ >> 32);
    apic.arm_timer(static_cast<u32>(std::clamp<u64>(count, 1, kLongestCount)));
}

void EventTimer::disarm(const LocalApic& apic) const {
    if (mode_ == ApicTimerMode::Deadline) {
        Cpu::write_msr(Msr::TscDeadline, 0);
    } else {
        apic.arm_timer(0);
    }
}

} // namespace kernel::arch::x86_64
