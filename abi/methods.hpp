/// What can be asked of each kind of object, with what, and which permissions that needs: the table from which the
/// kernel checks, the documents are made and the tests are generated.
#pragma once

#include <array>
#include <string_view>

#include "abi/method.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "abi/types.hpp"

namespace abi {

enum class BudgetMethod : u8 {
    Usage,              ///< what is used here and below
    CreateMemory,       ///< zero until written; answers a capability with all permissions
    CreateProcess,      ///< empty; answers capabilities to it and to its address space
    CreateEvent,        ///< answers a capability to all of its bits
    CreateTimer,        ///< answers a capability with all permissions
    CreateChannel,      ///< answers both ends with all permissions: slot 0 the server's, slot 1 the client's
    CreatePagedMemory,  ///< slot 0: a client's end, lent, through which its pages are asked for
    CreateBudget,       ///< below this one; answers a capability with all permissions
    SetLimits,          ///< its own
    Destroy,            ///< ends all that it and those below pay for; answered when all is given back
    SetProcessorLimits, ///< of one that was made with some
    ReserveRealTime,    ///< of one with processor limits: so much for its threads of real time, in place of what it had
    ProcessorUsage,     ///< what its threads used of the processors, and may
};

enum class ProcessMethod : u8 {
    State,        ///< how many threads it has and how much it holds
    CreateRing,   ///< mapped in its address space; answers a capability with all permissions
    Install,      ///< slot 0: a capability that it gets, derived or moved
    CreateThread, ///< slot 0: a ring of the process, lent, or an empty word
    Kill,
    Wait,            ///< until it has ended with all its threads
    SetFaultChannel, ///< slot 0: a client's end, lent, through which its threads tell their faults; empty: none any
                     ///< more
};

enum class ThreadMethod : u8 {
    Start,
    Suspend, ///< answered when it does not run any more
    Resume,
    ReadState,  ///< of one that is suspended or was never started
    WriteState, ///< the same
    Kill,
    Wait,          ///< until it has ended
    SetScheduling, ///< class, priority, weight, slice; from soon on
    Scheduling,    ///< these, where it is, and what it used
    SetAffinity,   ///< the processors that may run it; from soon on
    Affinity,
};

enum class RingMethod : u8 {
    Attach,   ///< slot 0: a source, lent; where its items come from now on, with this tag
    Detach,   ///< slot 0: a source, lent; nothing comes from it any more
    Cancel,   ///< all that waits of this ring, the caller's own, with this tag; answers how many
    CopyLent, ///< slot 0: a Memory, lent, and a range that a call lends which was delivered to the caller's process
    MapLent,  ///< slot 0: a Memory, lent, which shows such a range until the call is over
};

enum class AddressSpaceMethod : u8 {
    Query, ///< what is mapped around an address
    Map,   ///< slot 0: a Memory or DeviceMemory, lent for the call
    Unmap,
    Protect,
    WaitAddress,    ///< until a word is woken, if it is what is expected
    WakeAddress,    ///< those who wait for a word
    RequeueAddress, ///< wakes some of them, and has others wait for another word
};

enum class MemoryMethod : u8 {
    Size,
    Resize,
    Read,   ///< at most a payload
    Write,  ///< the same
    Commit, ///< has frames of its own, if it can
    Zero,
    Discard,      ///< forgets: zero again, of a clone the original's again
    Clone,        ///< slot 0: the Budget of the copy, lent with Execute
    Copy,         ///< slot 0: the Memory, lent, that is copied from
    Supply,       ///< of a paged one; slot 0: the Memory, lent, whose frames it gets
    GrantWriting, ///< of a paged one: pages that are there may be written
    Withdraw,     ///< of a paged one: takes pages back
    Clean,        ///< of a paged one: what was written counts as not written
};

enum class EventMethod : u8 {
    Signal, ///< sets bits
    Clear,
    Bits, ///< those that are set
};

enum class TimerMethod : u8 {
    Arm,    ///< at a deadline, perhaps periodically, bit 0 is signalled
    Disarm, ///< not any more
};

enum class MachineMethod : u8 {
    PowerOff,
    Reset,
    WallClock, ///< nanoseconds since 1970
    Clock,     ///< what time goes by
    SetWallClock,
    AddEntropy,         ///< a payload of what nobody can guess
    Table,              ///< slot 0: a budget, lent; one of the firmware's tables, from number 0
    BootInformation,    ///< slot 0: a budget, lent; command line and memory map, read-only
    Bundle,             ///< slot 0: a budget, lent; the boot bundle, read-only
    CreateDeviceMemory, ///< slot 0: a budget, lent, as of all that follow
    CreateIoPorts,
    CreateInterrupt,   ///< of a line
    CreateMessage,     ///< an Interrupt that its device asks for by writing a message
    ReadConfiguration, ///< of a function of PCI
    WriteConfiguration,
    ClockPage, ///< slot 0: a budget, lent; the page that the clock is read from, read-only
};

enum class InterruptMethod : u8 {
    State,
    Acknowledge, ///< what was delivered is dealt with: the next may come
    Mask,        ///< nothing is delivered until Unmask
    Unmask,
    Detach, ///< nothing comes any more, and its line may be had by others
};

enum class DeviceMemoryMethod : u8 {
    Size, ///< in bytes
};

enum class PortMethod : u8 {
    Read,  ///< at most a payload
    Write, ///< the same
};

enum class DebugMethod : u8 {
    WriteLog,       ///< a line of text, at most a payload
    ReadLog,        ///< slot 0: a Memory, lent, into which text is copied
    ReadConsole,    ///< what was typed and not read, at most a payload; without waiting
    NextProcess,    ///< by ids: abi/debug.hpp
    NextThread,     ///< the same
    NextCapability, ///< of a process, by places
    NextBudget,     ///< by ids
    StartTrace,     ///< from now on each processor notes what happens
    StopTrace,
    ReadTrace, ///< slot 0: a Memory, lent, into which records are copied
};

struct MethodEntry {
    u16 method;
    ObjectKind kind; ///< None: any
    std::string_view name;
    Permissions needs;
    u8 argument_bytes; ///< of the payload, exactly; kAnyLength: up to all of it
    u8 slots;          ///< exactly
};

inline constexpr u8 kAnyLength = 0xff;

namespace methods_detail {

constexpr MethodEntry of_handle(HandleMethod method, std::string_view name, Permissions needs, u8 argument_bytes) {
    return {static_cast<u16>(method), ObjectKind::None, name, needs, argument_bytes, 0};
}

template <class Method>
constexpr MethodEntry of(ObjectKind kind, Method method, std::string_view name, Permissions needs, u8 argument_bytes,
                         u8 slots = 0) {
    return {object_method(kind, static_cast<u8>(method)), kind, name, needs, argument_bytes, slots};
}

} // namespace methods_detail

/// In ascending order of method.
inline constexpr auto kMethods = [] {
    using methods_detail::of;
    using methods_detail::of_handle;
    using enum ObjectKind;
    constexpr Permissions kNothing{};
    return std::array{
        of_handle(HandleMethod::Null, "null", kNothing, 0),
        of_handle(HandleMethod::Inspect, "inspect", kNothing, 0),
        of_handle(HandleMethod::Derive, "derive", kGrant, 32),
        of_handle(HandleMethod::Drop, "drop", kNothing, 0),
        of_handle(HandleMethod::Revoke, "revoke", kGrant, 0),
        of_handle(HandleMethod::SetExpiry, "set_expiry", kGrant, 8),
        of(Budget, BudgetMethod::Usage, "usage", kRead, 0),
        of(Budget, BudgetMethod::CreateMemory, "create_memory", kExecute, 16),
        of(Budget, BudgetMethod::CreateProcess, "create_process", kExecute, 8),
        of(Budget, BudgetMethod::CreateEvent, "create_event", kExecute, 0),
        of(Budget, BudgetMethod::CreateTimer, "create_timer", kExecute, 0),
        of(Budget, BudgetMethod::CreateChannel, "create_channel", kExecute, 0),
        of(Budget, BudgetMethod::CreatePagedMemory, "create_paged_memory", kExecute, 16, 1),
        of(Budget, BudgetMethod::CreateBudget, "create_budget", kExecute, 48),
        of(Budget, BudgetMethod::SetLimits, "set_limits", kWrite, 24),
        of(Budget, BudgetMethod::Destroy, "destroy", kDelete, 0),
        of(Budget, BudgetMethod::SetProcessorLimits, "set_processor_limits", kWrite, 24),
        of(Budget, BudgetMethod::ReserveRealTime, "reserve_real_time", kWrite, 16),
        of(Budget, BudgetMethod::ProcessorUsage, "processor_usage", kRead, 0),
        of(Process, ProcessMethod::State, "state", kRead, 0),
        of(Process, ProcessMethod::CreateRing, "create_ring", kWrite, 24),
        of(Process, ProcessMethod::Install, "install", kWrite, 0, 1),
        of(Process, ProcessMethod::CreateThread, "create_thread", kExecute, 56, 1),
        of(Process, ProcessMethod::Kill, "kill", kDelete, 0),
        of(Process, ProcessMethod::Wait, "wait", kRead, 0),
        of(Process, ProcessMethod::SetFaultChannel, "set_fault_channel", kWrite, 8, 1),
        of(Thread, ThreadMethod::Start, "start", kExecute, 0),
        of(Thread, ThreadMethod::Suspend, "suspend", kExecute, 0),
        of(Thread, ThreadMethod::Resume, "resume", kExecute, 0),
        of(Thread, ThreadMethod::ReadState, "read_state", kRead, 8),
        of(Thread, ThreadMethod::WriteState, "write_state", kWrite, 64),
        of(Thread, ThreadMethod::Kill, "kill", kDelete, 0),
        of(Thread, ThreadMethod::Wait, "wait", kRead, 0),
        of(Thread, ThreadMethod::SetScheduling, "set_scheduling", kWrite, 24),
        of(Thread, ThreadMethod::Scheduling, "scheduling", kRead, 0),
        of(Thread, ThreadMethod::SetAffinity, "set_affinity", kWrite, 64),
        of(Thread, ThreadMethod::Affinity, "affinity", kRead, 0),
        of(Ring, RingMethod::Attach, "attach", kWrite, 24, 1),
        of(Ring, RingMethod::Detach, "detach", kWrite, 0, 1),
        of(Ring, RingMethod::Cancel, "cancel", kWrite, 8),
        of(Ring, RingMethod::CopyLent, "copy_lent", kExecute, 40, 1),
        of(Ring, RingMethod::MapLent, "map_lent", kExecute, 24, 1),
        of(AddressSpace, AddressSpaceMethod::Query, "query", kRead, 8),
        of(AddressSpace, AddressSpaceMethod::Map, "map", kWrite, 40, 1),
        of(AddressSpace, AddressSpaceMethod::Unmap, "unmap", kWrite, 16),
        of(AddressSpace, AddressSpaceMethod::Protect, "protect", kWrite, 24),
        of(AddressSpace, AddressSpaceMethod::WaitAddress, "wait_address", kRead, 24),
        of(AddressSpace, AddressSpaceMethod::WakeAddress, "wake_address", kWrite, 16),
        of(AddressSpace, AddressSpaceMethod::RequeueAddress, "requeue_address", kWrite, 40),
        of(Memory, MemoryMethod::Size, "size", kRead, 0),
        of(Memory, MemoryMethod::Resize, "resize", kDelete, 8),
        of(Memory, MemoryMethod::Read, "read", kRead, 16),
        of(Memory, MemoryMethod::Write, "write", kWrite, kAnyLength),
        of(Memory, MemoryMethod::Commit, "commit", kWrite, 16),
        of(Memory, MemoryMethod::Zero, "zero", kWrite, 16),
        of(Memory, MemoryMethod::Discard, "discard", kDelete, 16),
        of(Memory, MemoryMethod::Clone, "clone", kRead, 0, 1),
        of(Memory, MemoryMethod::Copy, "copy", kWrite, 24, 1),
        of(Memory, MemoryMethod::Supply, "supply", kDelete, 32, 1),
        of(Memory, MemoryMethod::GrantWriting, "grant_writing", kDelete, 16),
        of(Memory, MemoryMethod::Withdraw, "withdraw", kDelete, 16),
        of(Memory, MemoryMethod::Clean, "clean", kDelete, 16),
        of(Event, EventMethod::Signal, "signal", kWrite, 8),
        of(Event, EventMethod::Clear, "clear", kWrite, 8),
        of(Event, EventMethod::Bits, "bits", kRead, 0),
        of(Timer, TimerMethod::Arm, "arm", kWrite, 24),
        of(Timer, TimerMethod::Disarm, "disarm", kWrite, 0),
        of(Interrupt, InterruptMethod::State, "state", kRead, 0),
        of(Interrupt, InterruptMethod::Acknowledge, "acknowledge", kWrite, 0),
        of(Interrupt, InterruptMethod::Mask, "mask", kWrite, 0),
        of(Interrupt, InterruptMethod::Unmask, "unmask", kWrite, 0),
        of(Interrupt, InterruptMethod::Detach, "detach", kDelete, 0),
        of(DeviceMemory, DeviceMemoryMethod::Size, "size", kRead, 0),
        of(IoPorts, PortMethod::Read, "read", kRead, 16),
        of(IoPorts, PortMethod::Write, "write", kWrite, kAnyLength),
        of(Machine, MachineMethod::PowerOff, "power_off", kDelete, 0),
        of(Machine, MachineMethod::Reset, "reset", kDelete, 0),
        of(Machine, MachineMethod::WallClock, "wall_clock", kRead, 0),
        of(Machine, MachineMethod::Clock, "clock", kRead, 0),
        of(Machine, MachineMethod::SetWallClock, "set_wall_clock", kWrite, 8),
        of(Machine, MachineMethod::AddEntropy, "add_entropy", kWrite, kAnyLength),
        of(Machine, MachineMethod::Table, "table", kRead, 8, 1),
        of(Machine, MachineMethod::BootInformation, "boot_information", kRead, 0, 1),
        of(Machine, MachineMethod::Bundle, "bundle", kRead, 0, 1),
        of(Machine, MachineMethod::CreateDeviceMemory, "create_device_memory", kExecute, 16, 1),
        of(Machine, MachineMethod::CreateIoPorts, "create_io_ports", kExecute, 8, 1),
        of(Machine, MachineMethod::CreateInterrupt, "create_interrupt", kExecute, 16, 1),
        of(Machine, MachineMethod::CreateMessage, "create_message", kExecute, 8, 1),
        of(Machine, MachineMethod::ReadConfiguration, "read_configuration", kExecute, 8),
        of(Machine, MachineMethod::WriteConfiguration, "write_configuration", kExecute, 16),
        of(Machine, MachineMethod::ClockPage, "clock_page", kRead, 0, 1),
        of(Debug, DebugMethod::WriteLog, "write_log", kWrite, kAnyLength),
        of(Debug, DebugMethod::ReadLog, "read_log", kRead, 24, 1),
        of(Debug, DebugMethod::ReadConsole, "read_console", kWrite, 0),
        of(Debug, DebugMethod::NextProcess, "next_process", kRead, 8),
        of(Debug, DebugMethod::NextThread, "next_thread", kRead, 16),
        of(Debug, DebugMethod::NextCapability, "next_capability", kRead, 16),
        of(Debug, DebugMethod::NextBudget, "next_budget", kRead, 8),
        of(Debug, DebugMethod::StartTrace, "start_trace", kRead, 8),
        of(Debug, DebugMethod::StopTrace, "stop_trace", kRead, 0),
        of(Debug, DebugMethod::ReadTrace, "read_trace", kRead, 32, 1),
    };
}();

/// The row of `method`; null if there is no such method.
constexpr const MethodEntry* find_method(u16 method) {
    for (const MethodEntry& entry : kMethods) {
        if (entry.method == method) {
            return &entry;
        }
    }
    return nullptr;
}

} // namespace abi
