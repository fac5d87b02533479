#include "kernel/arch/x86_64/machine_checks.hpp"

#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "libs/machine_check/machine_check.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

constexpr u32 kMsrsOfABank = 4;
constexpr u32 kStatus = 1;
constexpr u32 kAddress = 2;
constexpr u32 kMisc = 3;

/// Port B of the PC/AT, [ich9] 13.7.1.
constexpr u16 kSystemControl = 0x61;
constexpr u8 kNobody = 0xff;
constexpr u8 kSystemError = 1 << 7;
constexpr u8 kChannelCheck = 1 << 6;

Msr bank_msr(u32 bank, u32 which) {
    return static_cast<Msr>(static_cast<u32>(Msr::MachineCheckBank0) + bank * kMsrsOfABank + which);
}

machine_check::Bank read_bank(u32 number) {
    machine_check::Bank bank{.number = number, .status = Cpu::read_msr(bank_msr(number, kStatus))};
    // What a bank does not say it has may not be read: [intel/vol3] 16.3.2.3.
    if (machine_check::has_address(bank.status)) {
        bank.address = Cpu::read_msr(bank_msr(number, kAddress));
    }
    if (machine_check::has_misc(bank.status)) {
        bank.misc = Cpu::read_msr(bank_msr(number, kMisc));
    }
    return bank;
}

/// What the global register says; 0, with no banks, where there is none, also against what CPUID says: Bochs is so.
u64 read_capabilities() {
    u64 capabilities = 0;
    return has_named("MCA") && Cpu::try_read_msr(Msr::McgCapabilities, capabilities) ? capabilities : 0;
}

} // namespace

void enable_machine_checks() {
    const u64 capabilities = read_capabilities();
    if (machine_check::has_control(capabilities)) {
        Cpu::write_msr(Msr::McgControl, ~u64{0});
    }
    for (u32 bank = 0; bank < machine_check::bank_count(capabilities); ++bank) {
        Cpu::write_msr(bank_msr(bank, 0), ~u64{0});
        Cpu::write_msr(bank_msr(bank, kStatus), 0);
    }
}

void print_machine_check(base::TextSink& sink) {
    const u32 banks = machine_check::bank_count(read_capabilities());
    if (banks == 0) {
        return;
    }
    base::print(sink, ", ");
    machine_check::print_cause(sink, Cpu::read_msr(Msr::McgStatus));
    for (u32 number = 0; number < banks; ++number) {
        if (const auto bank = read_bank(number); machine_check::is_valid(bank.status)) {
            base::print(sink, "\n");
            machine_check::print_bank(sink, bank);
        }
    }
}

void print_unmaskable_cause(base::TextSink& sink) {
    const u8 control = Cpu::in8(kSystemControl);
    if (control == kNobody) {
        return;
    }
    if ((control & kSystemError) != 0) {
        base::print(sink, ", system error (memory parity or PCI SERR)");
    }
    if ((control & kChannelCheck) != 0) {
        base::print(sink, ", channel check of an extension card");
    }
    if ((control & (kSystemError | kChannelCheck)) == 0) {
        base::print(sink, ", no device is blamed");
    }
}

} // namespace kernel::arch::x86_64
