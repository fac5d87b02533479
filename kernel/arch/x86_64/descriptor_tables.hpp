/// Segments, the task state with its interrupt stacks, and the interrupt descriptor table of one processor.
#pragma once

#include <array>

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

/// Segment selectors. User segments stand where SYSRET expects them, [intel/vol2] SYSRET: code = base + 16, data = base
/// + 8.
enum class Selector : base::u16 {
    KernelCode = 0x08,
    KernelData = 0x10,
    UserData = 0x18 | 3,
    UserCode = 0x20 | 3,
    TaskState = 0x28,
};

/// Which interrupt stack a vector switches to; 0 stays on the current one.
enum class InterruptStack : base::u8 { None, DoubleFault, NonMaskable, MachineCheck, Debug };

/// [intel/vol3] 8.7, 64-bit task state segment.
struct [[gnu::packed]] TaskState {
    base::u32 reserved0;
    std::array<base::u64, 3> privilege_stacks;
    base::u64 reserved1;
    std::array<base::u64, 7> interrupt_stacks;
    base::u64 reserved2;
    base::u16 reserved3;
    base::u16 io_map_offset;
};

static_assert(sizeof(TaskState) == 104);

/// [intel/vol3] 6.14.1, 64-bit gate.
struct Gate {
    base::u16 offset_low;
    base::u16 selector;
    base::u8 interrupt_stack;
    base::u8 type;
    base::u16 offset_middle;
    base::u32 offset_high;
    base::u32 reserved;
};

static_assert(sizeof(Gate) == 16);

/// A processor's own segments and task state.
struct DescriptorTables {
    std::array<base::u64, 7> segments{};
    TaskState task_state{};
};

struct PerCpu;

/// Fills the table of gates, which all processors share.
void fill_gates();

/// Leaves the processor without gates: the next exception resets the machine.
[[noreturn]] void fault_without_gates();

/// Makes and loads the tables of the processor that runs, whose area is `cpu`. Afterwards every exception ends in
/// kernel::core's report or goes to its handler.
void load_descriptor_tables(PerCpu& cpu);

} // namespace kernel::arch::x86_64
