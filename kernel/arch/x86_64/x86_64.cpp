#include "kernel/arch/x86_64/x86_64.hpp"

#include <array>

#include "base/address.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "kernel/arch/x86_64/debug_port.hpp"
#include "kernel/arch/x86_64/descriptor_tables.hpp"
#include "kernel/arch/x86_64/exceptions.hpp"
#include "kernel/arch/x86_64/image.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/serial_port.hpp"
#include "libs/hypervisor/identify.hpp"

#pragma clang unsafe_buffer_usage begin
// SAFETY: spans are made here from the symbols of the linker script.

constinit kernel::arch::x86_64::PerCpu boot_cpu{.self = &boot_cpu, .stacks = kernel::arch::x86_64::StackBlock(0)};

namespace kernel::arch::x86_64 {

namespace {

constexpr base::u16 kFirstSerialPort = 0x3f8;

/// The ports are devices of the machine: one of each, used by whoever has something to say.
constinit SerialPort serial_port{kFirstSerialPort};
constinit DebugPort debug_port{};

/// The shadow and the image: top-level entries that the boot tables made and that stay.
constexpr base::usize kFirstInheritedSlot = 472;

base::PhysicalAddress physical_of(const std::byte* symbol) {
    return base::PhysicalAddress{base::address_of(symbol) - base::address_of(::image_start) + kLinkOffset};
}

std::span<base::u64, 512> table_words(base::PhysicalAddress table) {
    const auto bytes = physical_bytes(table, base::Bytes{base::kPageSize});
    // SAFETY: a table is a page of 512 entries of eight bytes, aligned to its size.
    return std::span<base::u64, 512>(reinterpret_cast<base::u64*>(bytes.data()), 512);
}

} // namespace

void X86_64::initialize_processor() {
    boot_cpu.stacks = StackBlock::boot();
    boot_cpu.kernel_stack_top = boot_cpu.stacks.kernel_top();
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
                                          Control{"PKU", 22}};
    base::u64 control = Cpu::read_cr4();
    for (const Control& each : kControls) {
        control |= has_named(each.feature) ? 1ULL << each.bit : 0;
    }
    Cpu::write_cr4(control);
    if (has_named("CET-IBT")) {
        // Every indirect call and jump in the kernel must land on ENDBR64 from here on, [intel/vol1] 17.3.
        constexpr base::u64 kEndBranchTracking = 1 << 2;
        constexpr base::u64 kControlFlowEnforcement = 1 << 23;
        Cpu::write_msr(Msr::SupervisorCet, kEndBranchTracking);
        Cpu::write_cr4(control | kControlFlowEnforcement);
    }
}

void X86_64::initialize_console() {
    serial_port.initialize();
    debug_port.initialize();
}

void X86_64::write_console(std::string_view text) {
    serial_port.write(text);
    debug_port.write(text);
}

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

void X86_64::print_hypervisors(base::TextSink& sink) {
    const auto ask = [](base::u32 leaf) {
        const CpuidResult result = Cpu::cpuid(leaf);
        return hypervisor::Leaf{result.eax, result.ebx, result.ecx, result.edx};
    };
    std::string_view gap;
    if (has_named("HYPERVISOR")) {
        const hypervisor::Identification found(ask);
        for (const hypervisor::Presence& presence : found.all()) {
            base::print(sink, "{}{} at {:#x}", gap, hypervisor::name(presence.kind), presence.base);
            gap = ", ";
        }
    }
    base::print(sink, "{}", gap.empty() ? "none" : "");
}

base::PhysicalAddress X86_64::image_start() { return physical_of(::image_start); }

base::PhysicalAddress X86_64::image_data_start() { return physical_of(::image_data_start); }

base::PhysicalAddress X86_64::image_end() { return physical_of(::image_end); }

int X86_64::largest_page_level() { return has_named("PDPE1GB") ? 2 : 1; }

void X86_64::enter_kernel_tables(base::PhysicalAddress top) {
    const auto current = table_words(current_tables());
    const auto next = table_words(top);
    for (base::usize slot = kFirstInheritedSlot; slot < next.size(); ++slot) {
        next[slot] = current[slot];
    }
    Cpu::write_cr3(top.value());
}

std::span<void (*const)()> X86_64::constructors() { return {init_array_start, init_array_end}; }

std::span<const std::byte> X86_64::build_id_note() { return {build_id_note_start, build_id_note_end}; }

void X86_64::describe_exception(base::TextSink& sink, const Frame& frame) {
    const TrapCause cause = cause_of(frame);
    switch (cause.kind) {
    case TrapCause::Kind::Hardware: return frame.describe(sink);
    case TrapCause::Kind::WrongFunctionType:
        return base::print(sink, "kCFI: an indirect call to a function of another type");
    case TrapCause::Kind::UndefinedBehaviour:
        return base::print(sink, "UBSan: {}", undefined_behaviour_name(cause.detail));
    case TrapCause::Kind::LibraryCheck:
        return base::print(sink, "library check failed (a trap instruction): out of range, empty, or unreachable");
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
