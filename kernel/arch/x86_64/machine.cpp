#include "kernel/arch/x86_64/machine.hpp"

#include <optional>

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "kernel/arch/x86_64/descriptor_tables.hpp"
#include "kernel/arch/x86_64/timers/reference_counter.hpp"
#include "kernel/arch/x86_64/vectors.hpp"
#include "kernel/arch/x86_64/x86_64.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

constinit Machine the_machine{};

// The two 8259 interrupt controllers, [i8259].
constexpr u16 kFirstCommand = 0x20;
constexpr u16 kFirstData = 0x21;
constexpr u16 kSecondCommand = 0xa0;
constexpr u16 kSecondData = 0xa1;

/// Moves the legacy controllers' vectors away from the exceptions and masks them all.
void silence_legacy_controllers() {
    constexpr u8 kInitialize = 0x11;
    Cpu::out8(kFirstCommand, kInitialize);
    Cpu::out8(kSecondCommand, kInitialize);
    Cpu::out8(kFirstData, kFirstInterrupt);
    Cpu::out8(kSecondData, kFirstInterrupt + 8);
    Cpu::out8(kFirstData, 4);
    Cpu::out8(kSecondData, 2);
    Cpu::out8(kFirstData, 1);
    Cpu::out8(kSecondData, 1);
    Cpu::out8(kFirstData, 0xff);
    Cpu::out8(kSecondData, 0xff);
}

std::optional<ReferenceCounter> choose_reference(const ClockHints& hints) {
    if (hints.hpet) {
        if (const auto hpet = ReferenceCounter::hpet(Registers(*hints.hpet)); hpet && hpet->counts()) {
            return *hpet;
        }
    }
    if (hints.pm_timer_port != 0) {
        if (const auto timer = ReferenceCounter::pm_timer(hints.pm_timer_port); timer.counts()) {
            return timer;
        }
    }
    const auto timer = ReferenceCounter::interval_timer();
    return timer.counts() ? std::optional(timer) : std::nullopt;
}

/// Within a hundredth.
bool is_near(u64 a, u64 b) { return (a > b ? a - b : b - a) < b / 100; }

} // namespace

Machine& machine() { return the_machine; }

std::optional<base::PhysicalAddress> X86_64::interrupt_registers() {
    return LocalApic::offers_x2apic() ? std::nullopt : std::optional(LocalApic::physical_address());
}

void X86_64::initialize_interrupts(std::optional<base::VirtualAddress> registers, bool has_legacy_controllers) {
    if (has_legacy_controllers) {
        silence_legacy_controllers();
    }
    machine().apic.choose_mode(!registers, registers ? Registers(*registers) : Registers());
    enable_local_interrupts();
}

void X86_64::enable_local_interrupts() { machine().apic.enable(kSpuriousVector, kApicErrorVector); }

bool X86_64::uses_x2apic() { return machine().apic.is_x2apic(); }

u32 X86_64::largest_hardware_id() { return machine().apic.is_x2apic() ? ~u32{0} : LocalApic::kLargestNarrowId; }

u32 X86_64::hardware_id() { return machine().apic.id(); }

void X86_64::end_of_interrupt() {
    kvm::EndOfInterrupt* const flag = this_cpu().end_of_interrupt;
    if (flag == nullptr || !flag->take()) {
        machine().apic.end_of_interrupt();
    }
}

void X86_64::use_end_of_interrupt(kvm::EndOfInterrupt* flag) { this_cpu().end_of_interrupt = flag; }

u32 X86_64::take_interrupt_errors() { return machine().apic.take_errors(); }

void X86_64::interrupt_processor(u32 hardware_id, u8 vector) { machine().apic.send(hardware_id, vector); }

bool X86_64::is_interrupt_waiting(u8 vector) { return machine().apic.is_waiting(vector); }

void X86_64::interrupt_processor_unmaskably(u32 hardware_id) { machine().apic.send_unmaskably(hardware_id); }

void X86_64::call_processor(u32 hardware_id) { machine().apic.send_init(hardware_id); }

void X86_64::start_processor(u32 hardware_id, base::PhysicalAddress page) {
    machine().apic.send_start(hardware_id, page);
}

void X86_64::stop_others() {
    // Before the controller is known no other processor runs.
    if (machine().apic.is_known()) {
        machine().apic.interrupt_others_unmaskably();
    }
}

void X86_64::fault_to_reset() { fault_without_gates(); }

bool X86_64::counter_is_invariant() { return has_named("INVARIANT-TSC"); }

base::Result<u64> X86_64::open_shared_counter(base::VirtualAddress registers) {
    machine().shared_counter = TRY(SharedCounter::open(Registers(registers)));
    return machine().shared_counter.multiplier();
}

u64 X86_64::read_shared_counter() { return machine().shared_counter.read(); }

u8 X86_64::read_cmos(u8 number) {
    constexpr u16 kIndex = 0x70;
    constexpr u16 kData = 0x71;
    constexpr u8 kNoNmi = 0x80;
    Cpu::out8(kIndex, number & static_cast<u8>(~kNoNmi));
    return Cpu::in8(kData);
}

CounterRate X86_64::measure_counter(const ClockHints& hints) {
    const bool has_deadline = !hints.avoids_deadline && has_named("TSC-DEADLINE");
    if (hints.counter_hertz != 0) {
        // The timer is the only one whose rate nobody says; a deadline needs none.
        machine().event_timer.choose(has_deadline,
                                     has_deadline ? Rates{} : measure_timer(hints.counter_hertz, machine().apic));
        return {hints.counter_hertz, "hypervisor"};
    }
    const u64 stated = stated_counter_hertz();
    const auto reference = choose_reference(hints);
    if (!reference) {
        // Xen's PVH guests have neither.
        const Rates rates = stated == 0 ? Rates{} : measure_timer(stated, machine().apic);
        machine().event_timer.choose(has_deadline, rates);
        return {stated, "cpuid"};
    }
    const Rates rates = measure_rates(*reference, machine().apic);
    machine().event_timer.choose(has_deadline, rates);
    // The processor's word is exact where it is true; under emulators it may be that of another machine.
    return is_near(stated, rates.counter_hertz) ? CounterRate{stated, "cpuid"}
                                                : CounterRate{rates.counter_hertz, reference->name()};
}

bool X86_64::has_event_timer() { return machine().event_timer.counts(); }

void X86_64::enable_event_timer() { machine().event_timer.enable(machine().apic, kTimerVector); }

std::string_view X86_64::event_timer_name() { return machine().event_timer.uses_deadline() ? "deadline" : "lapic"; }

void X86_64::arm_event(u64 ticks) { machine().event_timer.arm(machine().apic, ticks); }

void X86_64::interrupt_later(u8 vector, u64 ticks) {
    machine().event_timer.enable(machine().apic, vector);
    arm_event(ticks);
}

void X86_64::disarm_event() { machine().event_timer.disarm(machine().apic); }

} // namespace kernel::arch::x86_64
