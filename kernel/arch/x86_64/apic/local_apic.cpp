#include "kernel/arch/x86_64/apic/local_apic.hpp"

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u32;
using base::u64;
using base::u8;

// IA32_APIC_BASE.
constexpr u64 kX2ApicEnabled = 1 << 10;
constexpr u64 kEnabled = 1 << 11;
constexpr u64 kAddressMask = 0x000ffffffffff000;

constexpr u32 kFirstX2ApicMsr = 0x800;
constexpr u32 kSoftwareEnabled = 1 << 8;
constexpr u32 kDivideByOne = 0xb;
constexpr u32 kDeadlineMode = 2 << 17;
constexpr int kPatience = 100'000;

Msr msr_of(u32 offset) { return static_cast<Msr>(kFirstX2ApicMsr + (offset >> 4)); }

} // namespace

bool LocalApic::offers_x2apic() { return has_named("X2APIC") || (Cpu::read_msr(Msr::ApicBase) & kX2ApicEnabled) != 0; }

base::PhysicalAddress LocalApic::physical_address() {
    return base::PhysicalAddress{Cpu::read_msr(Msr::ApicBase) & kAddressMask};
}

u32 LocalApic::read(u32 offset) const {
    return x2apic_ ? static_cast<u32>(Cpu::read_msr(msr_of(offset))) : registers_.read32(offset);
}

void LocalApic::write(u32 offset, u32 value) const {
    if (x2apic_) {
        Cpu::write_msr(msr_of(offset), value);
    } else {
        registers_.write32(offset, value);
    }
}

void LocalApic::enable(u8 spurious_vector, u8 error_vector) const {
    Cpu::write_msr(Msr::ApicBase, Cpu::read_msr(Msr::ApicBase) | kEnabled);
    if (x2apic_) {
        Cpu::write_msr(Msr::ApicBase, Cpu::read_msr(Msr::ApicBase) | kX2ApicEnabled);
    }
    write(kTaskPriority, 0);
    write(kLine0Entry, kMasked); // the legacy controller is not used
    write(kLine1Entry, kNonMaskable);
    write(kTimerEntry, kMasked);
    write(kErrorEntry, error_vector);
    write(kSpurious, kSoftwareEnabled | spurious_vector);
    static_cast<void>(take_errors());
}

u32 LocalApic::id() const { return x2apic_ ? read(kId) : read(kId) >> 24; }

void LocalApic::send_to_self(u8 vector) const {
    if (x2apic_) {
        write(kSelf, vector);
    } else {
        send_command(id(), vector);
    }
}

void LocalApic::send_command(u32 target, u32 command) const {
    if (x2apic_) {
        Cpu::write_msr(msr_of(kCommandLow), static_cast<u64>(target) << 32 | command);
        return;
    }
    // A hypervisor's is never busy; a real one for less than a microsecond.
    for (int attempt = 0; attempt < kPatience && (read(kCommandLow) & kPending) != 0; ++attempt) {
        Cpu::pause();
    }
    write(kCommandHigh, target << 24);
    write(kCommandLow, command);
}

void LocalApic::set_timer(ApicTimerMode mode, u8 vector) const {
    write(kTimerDivide, kDivideByOne);
    write(kTimerEntry, vector | (mode == ApicTimerMode::Deadline ? kDeadlineMode : 0));
    if (!x2apic_ && mode == ApicTimerMode::Deadline) {
        // [intel/vol3] 11.5.4.1: a store to memory is not ordered before the MSR that arms the timer.
        Cpu::full_fence();
    }
}

void LocalApic::mask_timer() const {
    write(kTimerDivide, kDivideByOne);
    write(kTimerEntry, kMasked);
}

u32 LocalApic::take_errors() const {
    write(kErrorStatus, 0);
    return read(kErrorStatus);
}

} // namespace kernel::arch::x86_64
