#include "kernel/arch/x86_64/trap_frame.hpp"

#include <array>
#include <string_view>

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

namespace {

constexpr base::u64 kPageFault = 14;

/// [intel/vol3] table 6-1.
constexpr std::array<std::string_view, 32> kVectorNames{
    "divide error",
    "debug exception",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid task state",
    "segment not present",
    "stack segment fault",
    "general protection",
    "page fault",
    "vector 15",
    "floating point error",
    "alignment check",
    "machine check",
    "vector error",
    "virtualization exception",
    "control protection",
    "vector 22",
    "vector 23",
    "vector 24",
    "vector 25",
    "vector 26",
    "vector 27",
    "hypervisor injection",
    "vmm communication",
    "security exception",
    "vector 31",
};

std::string_view page_fault_kind(base::u64 error_code) {
    if ((error_code & 1 << 4) != 0) {
        return "execute";
    }
    return (error_code & 1 << 1) != 0 ? "write" : "read";
}

} // namespace

void TrapFrame::describe(base::TextSink& sink) const {
    if (vector >= kVectorNames.size()) {
        base::print(sink, "unexpected interrupt, vector {}", vector);
        return;
    }
    base::print(sink, "{}", kVectorNames.at(vector));
    if (vector == kPageFault) {
        base::print(sink, ", {} of {:#x}, page {}, {}", page_fault_kind(error_code), Cpu::read_cr2(),
                    (error_code & 1) != 0 ? "protected" : "not present", from_user() ? "user" : "kernel");
    } else if (error_code != 0) {
        base::print(sink, ", error code {:#x}", error_code);
    }
}

void TrapFrame::print(base::TextSink& sink) const {
    base::print(sink, "rip {:#018x} rsp {:#018x} rflags {:#x} cs {:#x} ss {:#x}\n", rip, rsp, rflags, cs, ss);
    base::print(sink, "rax {:#018x} rbx {:#018x} rcx {:#018x} rdx {:#018x}\n", rax, rbx, rcx, rdx);
    base::print(sink, "rsi {:#018x} rdi {:#018x} rbp {:#018x} r8  {:#018x}\n", rsi, rdi, rbp, r8);
    base::print(sink, "r9  {:#018x} r10 {:#018x} r11 {:#018x} r12 {:#018x}\n", r9, r10, r11, r12);
    base::print(sink, "r13 {:#018x} r14 {:#018x} r15 {:#018x}\n", r13, r14, r15);
    base::print(sink, "cr0 {:#x} cr2 {:#x} cr3 {:#x} cr4 {:#x} vector {} error {:#x}\n", Cpu::read_cr0(),
                Cpu::read_cr2(), Cpu::read_cr3(), Cpu::read_cr4(), vector, error_code);
}

} // namespace kernel::arch::x86_64
