#include "kernel/arch/x86_64/x86_64.hpp"

#include <array>

#include "base/address.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "kernel/arch/x86_64/debug_port.hpp"
#include "kernel/arch/x86_64/descriptor_tables.hpp"
#include "kernel/arch/x86_64/exceptions.hpp"
#include "kernel/arch/x86_64/image.hpp"
#include "kernel/arch/x86_64/machine_checks.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/serial_port.hpp"
#include "kernel/arch/x86_64/user/vector_state.hpp"
#include "kernel/arch/x86_64/wait.hpp"
#include "libs/hypervisor/identify.hpp"

#pragma clang unsafe_buffer_usage begin
// SAFETY: spans are made here from the symbols of the linker script.

/// exception_stubs.S. Never called: SYSCALL jumps there.
extern "C" void call_entry();

constinit kernel::arch::x86_64::PerCpu boot_cpu{.self = &boot_cpu, .stacks = kernel::arch::x86_64::StackBlock(0)};

namespace kernel::arch::x86_64 {

namespace {

constexpr base::u16 kFirstSerialPort = 0x3f8;

/// The ports are devices of the machine: one of each, used by whoever has something to say.
constinit SerialPort serial_port{kFirstSerialPort};
constinit DebugPort debug_port{};

base::PhysicalAddress physical_of(const std::byte* symbol) {
    return base::PhysicalAddress{base::address_of(symbol) - base::address_of(::image_start) + kLinkOffset};
}

hypervisor::Leaf ask_hypervisor(base::u32 leaf) {
    const CpuidResult result = Cpu::cpuid(leaf);
    return hypervisor::Leaf{result.eax, result.ebx, result.ecx, result.edx};
}

bool is_under_xen() {
    return has_named("HYPERVISOR") && hypervisor::Identification(ask_hypervisor).find(hypervisor::Kind::Xen) != nullptr;
}

} // namespace

void X86_64::initialize_processor() {
    boot_cpu.stacks = StackBlock::boot();
    fill_gates();
    load_descriptor_tables(boot_cpu);
}

void X86_64::enable_protection() {
    struct Control {
        std::string_view feature;
        unsigned bit;
    };

    // CR4, [intel/vol3] 2.5.
    static constexpr std::array kControls{Control{"PGE", 7},   Control{"UMIP", 11}, Control{"FSGSBASE", 16},
                                          Control{"PCID", 17}, Control{"SMEP", 20}, Control{"SMAP", 21},
                                          Control{"PKU", 22},  Control{"MCE", 6}};
    vector_state().enable();
    base::u64 control = Cpu::read_cr4();
    for (const Control& each : kControls) {
        control |= has_named(each.feature) ? 1ULL << each.bit : 0;
    }
    enable_machine_checks();
    Cpu::write_cr4(control);
    if (has_named("CET-IBT")) {
        // Every indirect call and jump in the kernel must land on ENDBR64 from here on, [intel/vol1] 17.3.
        constexpr base::u64 kEndBranchTracking = 1 << 2;
        constexpr base::u64 kControlFlowEnforcement = 1 << 23;
        Cpu::write_msr(Msr::SupervisorCet, kEndBranchTracking);
        Cpu::write_cr4(control | kControlFlowEnforcement);
    }
    this_cpu().control = control;
}

void X86_64::enable_calls() {
    constexpr base::u64 kCallExtensions = 1;
    // Trap, interrupt, direction, nested task, resume and alignment check: all off in the kernel.
    constexpr base::u64 kCleared = 0x100 | 0x200 | 0x400 | 0x4000 | 0x1'0000 | 0x4'0000;
    constexpr base::u64 kKernelShift = 32;
    Cpu::write_msr(Msr::Star, static_cast<base::u64>(Selector::KernelCode) << kKernelShift);
    Cpu::write_msr(Msr::CallTarget, base::address_of(&call_entry));
    Cpu::write_msr(Msr::CallFlagMask, kCleared);
    Cpu::write_msr(Msr::Efer, Cpu::read_msr(Msr::Efer) | kCallExtensions);
}

void X86_64::initialize_console() {
    serial_port.initialize();
    debug_port.initialize(is_under_xen());
}

void X86_64::write_console(std::string_view text) {
    serial_port.write(text);
    debug_port.write(text);
}

bool X86_64::has_console_input() { return serial_port.is_present(); }

base::usize X86_64::read_console(std::span<char> to) { return serial_port.read(to); }

std::string_view X86_64::missing_feature() {
    const CpuFeature* feature = x86_64::missing_feature();
    return feature == nullptr ? std::string_view{} : feature->name;
}

void X86_64::print_features(base::TextSink& sink) {
    base::print(sink, "uses ");
    x86_64::print_features(sink, FeatureUse::Used);
    base::print(sink, "; ignores ");
    x86_64::print_features(sink, FeatureUse::Ignored);
}

base::PhysicalAddress X86_64::image_start() { return physical_of(::image_start); }

base::PhysicalAddress X86_64::image_data_start() { return physical_of(::image_data_start); }

base::PhysicalAddress X86_64::image_end() { return physical_of(::image_end); }

int X86_64::largest_page_level() { return has_named("PDPE1GB") ? 2 : 1; }

base::Bytes X86_64::vector_bytes() { return vector_state().area_bytes(); }

UserRegisters X86_64::user_registers() {
    return {.has_avx2 = vector_state().has_avx() && has_named("AVX2"),
            .has_avx512 = vector_state().has_avx512(),
            .has_bases = has_named("FSGSBASE"),
            .has_keys = has_named("PKU")};
}

std::span<void (*const)()> X86_64::constructors() { return {init_array_start, init_array_end}; }

std::span<const std::byte> X86_64::build_id_note() { return {build_id_note_start, build_id_note_end}; }

bool X86_64::recover_from(Frame& frame) { return x86_64::recover_from(frame); }

void X86_64::describe_exception(base::TextSink& sink, const Frame& frame) {
    const TrapCause cause = cause_of(frame);
    switch (cause.kind) {
    case TrapCause::Kind::Hardware:
        frame.describe(sink);
        if (frame.vector == kNonMaskableVector) {
            print_unmaskable_cause(sink);
        } else if (frame.vector == kMachineCheckVector) {
            print_machine_check(sink);
        }
        return;
    case TrapCause::Kind::WrongFunctionType:
        return base::print(sink, "kCFI: an indirect call to a function of another type");
    case TrapCause::Kind::UndefinedBehaviour:
        return base::print(sink, "UBSan: {}", undefined_behaviour_name(cause.detail));
    case TrapCause::Kind::LibraryCheck:
        return base::print(sink, "library check failed (a trap instruction): out of range, empty, or unreachable");
    }
}

void X86_64::wait_for_interrupt() { ::wait_for_interrupt(); }

bool X86_64::can_watch() { return has_named("MONITOR"); }

void X86_64::watch(const std::atomic<base::u32>& word, base::u32 value) { watch_word(&word, value); }

bool X86_64::poll(const std::atomic<base::u32>& word, base::u32 value, base::u32 looks) {
    return poll_word(&word, value, looks);
}

void X86_64::leave_wait(Frame& frame) {
    if (frame.rip < base::address_of(waits_start) || frame.rip >= base::address_of(waits_end)) [[likely]] {
        return;
    }
    if (frame.rip == base::address_of(halt_start)) {
        frame.rip = base::address_of(halt_end);
    } else if (frame.rip == base::address_of(watch_start)) {
        frame.rip = base::address_of(watch_end);
    } else if (frame.rip >= base::address_of(poll_start) && frame.rip < base::address_of(poll_end)) {
        frame.rip = base::address_of(poll_end);
    }
}

void X86_64::stop() {
    for (;;) {
        Cpu::disable_interrupts();
        Cpu::halt();
    }
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
