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
    McgCapabilities = 0x179,
    McgStatus = 0x17a,
    McgControl = 0x17b,
    MachineCheckBank0 = 0x400, ///< control; then status, address, misc, then those of the next bank
    SupervisorCet = 0x6a2,
    TscDeadline = 0x6e0,
    SupervisorStates = 0xda0,
    Efer = 0xc0000080,
    Star = 0xc0000081,       ///< segments of SYSCALL and SYSRET
    CallTarget = 0xc0000082, ///< LSTAR
    CallFlagMask = 0xc0000084,
    FsBase = 0xc0000100,
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

    /// False where the processor refuses it. A row of the exception recoveries leads from the instruction to what
    /// follows.
    static bool try_read_msr(Msr msr, u64& value) {
        u32 low = 0;
        u32 high = 0;
        u32 good = 0;
        asm volatile("1: rdmsr\n\t"
                     "movl $1, %2\n"
                     "2:\n\t"
                     ".pushsection .exception_recoveries, \"a\"\n\t"
                     ".long 1b - ., 2b - .\n\t"
                     ".popsection"
                     : "+a"(low), "+d"(high), "+r"(good)
                     : "c"(msr));
        value = static_cast<u64>(high) << 32 | low;
        return good != 0;
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

    /// [intel/vol2] CPUID: leaf 7.
    static bool has_seed_instruction() { return cpuid(0).eax >= 7 && (cpuid(7).ebx & 1U << 18) != 0; }

    /// RDSEED: false when there was no entropy; then `value` is 0.
    static bool read_seed(u64& value) {
        bool good = false;
        asm volatile("rdseed %0" : "=r"(value), "=@ccc"(good));
        return good;
    }

    static u64 read_cr0() {
        u64 value = 0;
        asm volatile("mov %%cr0, %0" : "=r"(value));
        return value;
    }

    static void write_cr0(u64 value) { asm volatile("mov %0, %%cr0" : : "r"(value) : "memory"); }

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

    /// Which states XSAVE and its kin save, and user code may use. Needs CR4.OSXSAVE.
    static void write_xcr0(u64 value) {
        asm volatile("xsetbv" : : "c"(0), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32)) : "memory");
    }

    /// The four below need CR4.FSGSBASE.
    static u64 read_fs_base() {
        u64 value = 0;
        asm volatile("rdfsbase %0" : "=r"(value));
        return value;
    }

    static void write_fs_base(u64 value) { asm volatile("wrfsbase %0" : : "r"(value)); }

    /// The GS base that user code has. An NMI in between finds the kernel's by its stack.
    static u64 read_user_gs_base() {
        u64 value = 0;
        asm volatile("swapgs; rdgsbase %0; swapgs" : "=r"(value) : : "memory");
        return value;
    }

    static void write_user_gs_base(u64 value) { asm volatile("swapgs; wrgsbase %0; swapgs" : : "r"(value) : "memory"); }

    /// DS, ES, FS and GS name nothing: what user code put there is no other's business. The bases of FS and of user
    /// code's GS are to be written afterwards. An NMI in between finds the kernel's by its stack.
    static void clear_data_selectors() {
        asm volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%fs; swapgs; movl %0, %%gs; swapgs"
                     :
                     : "r"(0)
                     : "memory");
    }

    /// The rights of protection keys. Both need CR4.PKE.
    static u32 read_pkru() {
        u32 value = 0;
        asm volatile("rdpkru" : "=a"(value) : "c"(0) : "edx");
        return value;
    }

    static void write_pkru(u32 value) { asm volatile("wrpkru" : : "a"(value), "c"(0), "d"(0) : "memory"); }

    static void invalidate_page(u64 address) { asm volatile("invlpg (%0)" : : "r"(address) : "memory"); }

    /// Drops every translation of every tag, global ones too. [intel/vol2] INVPCID, type 2; check that it is there.
    static void invalidate_all() {
        struct {
            u64 tag;
            u64 address;
        } const descriptor{0, 0};

        constexpr u64 kAllContexts = 2;
        asm volatile("invpcid %0, %1" : : "m"(descriptor), "r"(kAllContexts) : "memory");
    }

    static void out8(u16 port, u8 value) { asm volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

    static u8 in8(u16 port) {
        u8 value = 0;
        asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
        return value;
    }

    static void disable_interrupts() { asm volatile("cli" : : : "memory"); }

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

    /// Calls the hypervisor, [kvm] hypercalls.rst: on Intel's processors by VMCALL, on others by VMMCALL.
    static u64 vmcall(u64 number, u64 a, u64 b, u64 c, u64 d) {
        u64 result = 0;
        asm volatile("vmcall" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
        return result;
    }

    static u64 vmmcall(u64 number, u64 a, u64 b, u64 c, u64 d) {
        u64 result = 0;
        asm volatile("vmmcall" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
        return result;
    }

    /// Interrupts that wait are taken now; afterwards they are shut out again. STI takes effect after the next
    /// instruction, under QEMU not behind a PAUSE.
    static void let_interrupts_in() { asm volatile("sti; nop; pause; cli" : : : "memory"); }

    static void pause() { asm volatile("pause"); }

    /// Waits for an interrupt; with interrupts off, for an NMI.
    static void halt() { asm volatile("hlt" : : : "memory"); }
};

} // namespace kernel::arch::x86_64
