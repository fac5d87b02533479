#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/cpu_features.hpp"
#include "kernel/arch/x86_64/x86_64.hpp"

namespace kernel::arch::x86_64 {

using base::u32;
using base::u64;

namespace {

/// Where a virtual machine is entered and left by VMX: Intel's processors, and those that took it over.
bool has_vmx_instructions() {
    constexpr u32 kGenu = 0x756e6547;
    constexpr u32 kCent = 0x746e6543;
    constexpr u32 kShan = 0x68532020; // "  Shanghai  "
    const u32 vendor = Cpu::cpuid(0).ebx;
    return vendor == kGenu || vendor == kCent || vendor == kShan;
}

} // namespace

bool X86_64::has_hypervisor() { return has_named("HYPERVISOR"); }

::hypervisor::Leaf X86_64::hypervisor_leaf(u32 leaf) {
    const CpuidResult result = Cpu::cpuid(leaf);
    return {result.eax, result.ebx, result.ecx, result.edx};
}

u64 X86_64::read_hypervisor_register(u32 number) { return Cpu::read_msr(static_cast<Msr>(number)); }

void X86_64::write_hypervisor_register(u32 number, u64 value) { Cpu::write_msr(static_cast<Msr>(number), value); }

u64 X86_64::hypercall(u64 number, const std::array<u64, 4>& arguments) {
    const auto& [a, b, c, d] = arguments;
    return has_vmx_instructions() ? Cpu::vmcall(number, a, b, c, d) : Cpu::vmmcall(number, a, b, c, d);
}

void X86_64::print_hypervisors(base::TextSink& sink) {
    std::string_view gap;
    if (has_hypervisor()) {
        const ::hypervisor::Identification found(hypervisor_leaf);
        for (const ::hypervisor::Presence& presence : found.all()) {
            base::print(sink, "{}{} at {:#x}", gap, ::hypervisor::name(presence.kind), presence.base);
            gap = ", ";
        }
    }
    base::print(sink, "{}", gap.empty() ? "none" : "");
}

} // namespace kernel::arch::x86_64
