/// What the payloads of the methods of Machine, DeviceMemory, IoPorts and Interrupt hold.
#pragma once

#include <array>

#include "abi/types.hpp"

namespace abi {

/// Answer of MachineMethod::Clock.
struct ClockView {
    u64 now;                 ///< monotonic nanoseconds
    u64 since_1970;          ///< nanoseconds; since the start, if the machine has no clock of its own
    u64 hertz;               ///< of the processors' counter
    u64 needs_kernel;        ///< 1: programs cannot read the clock through the clock page
    std::array<u8, 32> name; ///< of what it goes by, behind it zeros
};

/// Answer of MachineMethod::Table. Slot 0 is a Memory that shows the pages in which the table lies.
struct TableView {
    u32 signature; ///< four letters, the first lowest
    u32 count;     ///< of tables
    u64 address;   ///< physical: tables name each other by it
    u64 offset;    ///< in the Memory
    u64 bytes;     ///< with its header
};

/// Begins the Memory in slot 0 of the answer of MachineMethod::BootInformation. Offsets are in that Memory.
struct BootInformation {
    u64 command_line_offset;
    u64 command_line_bytes;
    u64 ranges_offset; ///< of MemoryRange
    u64 ranges;        ///< how many
    u64 tables_root;   ///< physical address of ACPI's RSDP, as the door told; 0: it did not
};

enum class MemoryRangeKind : u32 {
    Usable,      ///< the kernel gives it out
    Reclaimable, ///< firmware's tables
    Reserved,    ///< firmware's, or registers
    Storage,     ///< firmware keeps it over sleep
    Bad,
};

/// A claim of the firmware about physical memory.
struct MemoryRange {
    u64 start;
    u64 bytes;
    u32 kind; ///< MemoryRangeKind
    u32 zero;
};

/// Answer of MachineMethod::Bundle: where in the Memory of slot 0 the boot bundle lies.
struct BundleView {
    u64 offset;
    u64 bytes;
};

/// Of MachineMethod::CreateDeviceMemory: whole pages. The answer's slot 0 is the capability.
struct PhysicalRange {
    u64 address;
    u64 bytes;
};

/// Of MachineMethod::CreateIoPorts. The answer's slot 0 is the capability, whose window they are.
struct PortRange {
    u32 first;
    u32 count;
};

/// How a line signals. Tables: as the firmware's tables say of it, else as its bus does.
enum class LineMode : u32 { Tables, EdgeHigh, EdgeLow, LevelHigh, LevelLow };

/// Of MachineMethod::CreateInterrupt. The answer's slot 0 is the capability.
struct CreateInterruptArguments {
    u32 line;      ///< number of the global system interrupt
    u32 mode;      ///< LineMode
    u64 processor; ///< the index of that which is interrupted, or kAnyProcessor: the caller's
};

/// Answer of MachineMethod::CreateMessage: what the device must write where. Slot 0 is the capability to an Interrupt.
struct MessageView {
    u64 address;
    u32 data;
    u32 zero;
};

/// Of MachineMethod::ReadConfiguration, which answers the word, 4 bytes and 4 of zero; of WriteConfiguration.
struct ConfigurationPlace {
    u32 function; ///< segment << 16 | bus << 8 | device << 3 | function
    u32 offset;   ///< a multiple of 4 below 256
};

/// Of MachineMethod::WriteConfiguration.
struct WriteConfigurationArguments {
    ConfigurationPlace place;
    u32 value;
    u32 zero;
};

/// Of PortMethod::Read, which answers the values one behind the other; of Write, which takes them behind this. As often
/// as there are values, the same ports.
struct PortArguments {
    u32 port;
    u32 width; ///< 1, 2 or 4 bytes
    u64 count; ///< of values
};

/// Answer of InterruptMethod::State.
struct InterruptState {
    u64 deliveries; ///< since it was created
    u64 arrivals;   ///< those that were kept back or silenced included
    u64 storms;     ///< how often it was silenced
    u32 is_pending; ///< 1: delivered and not acknowledged
    u32 is_masked;  ///< 1: by InterruptMethod::Mask
};

static_assert(sizeof(ClockView) == 64 && sizeof(TableView) == 32 && sizeof(BootInformation) == 40);
static_assert(sizeof(MemoryRange) == 24 && sizeof(PortRange) == 8 && sizeof(CreateInterruptArguments) == 16);
static_assert(sizeof(MessageView) == 16 && sizeof(WriteConfigurationArguments) == 16 && sizeof(PortArguments) == 16);
static_assert(sizeof(InterruptState) == 32);

} // namespace abi
