#include "kernel/arch/x86_64/descriptor_tables.hpp"

#include <cstddef>

#include "base/address.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/stack_block.hpp"

extern "C" const std::array<base::u8, 256 * 16> exception_stubs;

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

constexpr usize kVectors = 256;
constexpr usize kStubBytes = 16;
constexpr u8 kPresentInterruptGate = 0x8e;
/// User code may use it by an instruction.
constexpr u8 kUserInterruptGate = kPresentInterruptGate | 3 << 5;
constexpr usize kBreakpoint = 3;

constexpr std::array<u64, 7> kSegments{
    0,
    0x00af9b000000ffff, // kernel code, 64 bit
    0x00cf93000000ffff, // kernel data
    0x00cff3000000ffff, // user data
    0x00affb000000ffff, // user code, 64 bit
    0,                  // task state, two entries
    0,
};
constinit std::array<Gate, kVectors> gates{};

/// Operand of LGDT and LIDT, from `limit` on. The padding keeps `base` aligned, as packed relocations want it.
struct TablePointer {
    std::array<u16, 3> padding;
    u16 limit;
    u64 base;
};

static_assert(offsetof(TablePointer, base) == offsetof(TablePointer, limit) + sizeof(u16));

InterruptStack stack_of(usize vector) {
    switch (vector) {
    case 1: return InterruptStack::Debug;
    case 2: return InterruptStack::NonMaskable;
    case 8: return InterruptStack::DoubleFault;
    case 18: return InterruptStack::MachineCheck;
    default: return InterruptStack::None;
    }
}

/// Writes the address of `cpu` above each interrupt stack.
void sign_stacks(PerCpu& cpu) {
    for (usize number = 1; number <= StackBlock::kInterruptStacks; ++number) {
        // SAFETY: the block is mapped, and these bytes are kept for this.
        *reinterpret_cast<PerCpu**>(cpu.stacks.interrupt_top(number)) = &cpu;
    }
}

void fill_task_state(PerCpu& cpu) {
    TaskState& task_state = cpu.tables.task_state;
    task_state.privilege_stacks.at(0) = cpu.stacks.kernel_top();
    for (usize number = 1; number <= StackBlock::kInterruptStacks; ++number) {
        task_state.interrupt_stacks.at(number - 1) = cpu.stacks.interrupt_top(number);
    }
    task_state.io_map_offset = sizeof(TaskState);
    const u64 base = base::address_of(&task_state);
    auto& segments = cpu.tables.segments;
    segments = kSegments;
    segments.at(5) = (sizeof(TaskState) - 1) | (base & 0xffffff) << 16 | 0x89ULL << 40 | (base >> 24 & 0xff) << 56;
    segments.at(6) = base >> 32;
}

} // namespace

void fill_gates() {
    for (usize vector = 0; vector < kVectors; ++vector) {
        const u64 stub = base::address_of(exception_stubs.data()) + vector * kStubBytes;
        gates.at(vector) = Gate{.offset_low = static_cast<u16>(stub),
                                .selector = static_cast<u16>(Selector::KernelCode),
                                .interrupt_stack = static_cast<u8>(stack_of(vector)),
                                .type = vector == kBreakpoint ? kUserInterruptGate : kPresentInterruptGate,
                                .offset_middle = static_cast<u16>(stub >> 16),
                                .offset_high = static_cast<u32>(stub >> 32),
                                .reserved = 0};
    }
}

void load_descriptor_tables(PerCpu& cpu) {
    sign_stacks(cpu);
    fill_task_state(cpu);
    const auto& segments = cpu.tables.segments;
    const TablePointer segment_pointer{{}, sizeof(segments) - 1, base::address_of(segments.data())};
    const TablePointer gate_pointer{{}, sizeof(gates) - 1, base::address_of(gates.data())};
    // SAFETY: the tables are complete and live for ever; CS is reloaded by a far return, the data segments are null or
    // kernel data, GS keeps its base because its selector is not written.
    asm volatile("lgdt %0\n"
                 "pushq %4\n"
                 "leaq 1f(%%rip), %%rax\n"
                 "pushq %%rax\n"
                 "lretq\n"
                 "1: movw %w5, %%ss\n"
                 "lidt %1\n"
                 "ltr %w6\n"
                 :
                 : "m"(segment_pointer.limit), "m"(gate_pointer.limit), "m"(segment_pointer), "m"(gate_pointer),
                   "r"(static_cast<u64>(Selector::KernelCode)), "r"(static_cast<u64>(Selector::KernelData)),
                   "r"(static_cast<u64>(Selector::TaskState))
                 : "rax", "memory");
}

void fault_without_gates() {
    const TablePointer none{{}, 0, 0};
    for (;;) {
        // SAFETY: what follows is the end on purpose.
        asm volatile("lidt %0\nint3" : : "m"(none.limit), "m"(none));
    }
}

} // namespace kernel::arch::x86_64
