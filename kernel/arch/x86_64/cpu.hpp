/// The instructions of the processor that C++ has no word for. SAFETY: each is one instruction with its operands and
/// clobbers stated; what it does to the machine is the caller's to know.
#pragma once

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

/// What CPUID returns for one leaf.
struct CpuidResult {
    base::u32 eax;
    base::u32 ebx;
    base::u32 ecx;
    base::u32 edx;
};

/// Model specific registers, [intel/vol4].
enum class Msr : base::u32 {
    ApicBase = 0x1b,
    SupervisorCet = 0x6a2,
    TscDeadline = 0x6e0,
    Efer = 0xc0000080,
    GsBase = 0xc0000101,
    KernelGsBase = 0xc0000102,
};

struct Cpu {
    using u8 = base::u8;
    using u16 = base::u16;
    using u32 = base::u32;
    using u64 = base::u64;

    /// Leaves above the largest one answer with another leaf's data: ask for leaf 0 or 0x80000000 first.
    static CpuidResult cpuid(u32 leaf, u32 subleaf = 0) {
        CpuidResult result{};
        asm volatile("cpuid"
                     : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
                     : "a"(leaf), "c"(subleaf));
        return result;
    }

    static u64 read_cycle_counter() {
        u32 low = 0;
        u32 high = 0;
        asm volatile("rdtsc" : "=a"(low), "=d"(high));
        return static_cast<u64>(high) << 32 | low;
    }

    /// Not before what stands before it in the program: without the fence a processor may read it early, and time would
    /// seem to go backwards to another one. [intel/vol2] RDTSC.
    static u64 read_cycle_counter_in_order() {
        asm volatile("lfence" : : : "memory");
        return read_cycle_counter();
    }

    static u64 read_msr(Msr msr) {
        u32 low = 0;
        u32 high = 0;
        asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
        return static_cast<u64>(high) << 32 | low;
    }

    static void write_msr(Msr msr, u64 value) {
        asm volatile("wrmsr" : : "c"(msr), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32)) : "memory");
    }

    static bool no_execute_enabled() { return (read_msr(Msr::Efer) & 1 << 11) != 0; }

    static bool has_random_instruction() { return (cpuid(1).ecx & 1U << 30) != 0; }

    /// RDRAND: false when the generator had nothing; then `value` is 0.
    static bool read_random(u64& value) {
        bool good = false;
        asm volatile("rdrand %0" : "=r"(value), "=@ccc"(good));
        return good;
    }

    static u64 read_cr0() {
        u64 value = 0;
        asm volatile("mov %%cr0, %0" : "=r"(value));
        return value;
    }

    static u64 read_cr2() {
        u64 value = 0;
        asm volatile("mov %%cr2, %0" : "=r"(value));
        return value;
    }

    static u64 read_cr3() {
        u64 value = 0;
        asm volatile("mov %%cr3, %0" : "=r"(value));
        return value;
    }

    static u64 read_cr4() {
        u64 value = 0;
        asm volatile("mov %%cr4, %0" : "=r"(value));
        return value;
    }

    /// Also drops every translation that is not global.
    static void write_cr3(u64 value) { asm volatile("mov %0, %%cr3" : : "r"(value) : "memory"); }

    static void write_cr4(u64 value) { asm volatile("mov %0, %%cr4" : : "r"(value) : "memory"); }

    static void invalidate_page(u64 address) { asm volatile("invlpg (%0)" : : "r"(address) : "memory"); }

    static void out8(u16 port, u8 value) { asm volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

    static u8 in8(u16 port) {
        u8 value = 0;
        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
    }

    static void disable_interrupts() { asm volatile("cli" : : : "memory"); }

    static void enable_interrupts() { asm volatile("sti" : : : "memory"); }

    static bool interrupts_enabled() {
        u64 flags = 0;
        asm volatile("pushfq; popq %0" : "=r"(flags));
        return (flags & 1 << 9) != 0;
    }

    /// Every access before it is seen before every access behind it.
    static void full_fence() { asm volatile("mfence" : : : "memory"); }

    static void out32(u16 port, u32 value) { asm volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }

    static u32 in32(u16 port) {
        u32 value = 0;
        asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
        return value;
    }

    static void out16(u16 port, u16 value) { asm volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }

    static u16 in16(u16 port) {
        u16 value = 0;
        asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
        return value;
    }

    static void pause() { asm volatile("pause"); }

    /// Waits for an interrupt; with interrupts off, for an NMI.
    static void halt() { asm volatile("hlt" : : : "memory"); }

    /// Lets interrupts in, waits for one and shuts them out again. None that was pending is missed: STI takes effect
    /// after the next instruction.
    static void halt_with_interrupts() { asm volatile("sti; hlt; cli" : : : "memory"); }
};

} // namespace kernel::arch::x86_64
