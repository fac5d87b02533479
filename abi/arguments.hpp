/// What the payloads of methods hold.
#pragma once

#include <array>

#include "abi/types.hpp"

namespace abi {

/// Answer of Inspect.
struct CapabilityView {
    u64 object_id;
    u64 qualifier; ///< badge, window or mask
    u64 expiry;    ///< monotonic nanoseconds; 0: never
    u8 kind;
    u8 permissions;
    u8 effective; ///< what policy leaves of them
    u8 zero;
    u32 zeros;
};

/// Of Derive. The answer's slot 0 is the child.
struct DeriveArguments {
    u64 permissions; ///< others are cut off
    u64 expiry;      ///< 0: the parent's
    u64 has_qualifier;
    u64 qualifier;
};

/// Of BudgetMethod::CreateMemory. The answer's slot 0 is the capability.
struct CreateMemoryArguments {
    u64 bytes;
    u64 is_fixed; ///< 1: its size never changes; 0: it may
};

/// What a budget may have of a kind of thing: no limit of its own; those above it hold as ever.
inline constexpr u64 kNoLimit = ~u64{0};

/// Of BudgetMethod::SetLimits: each kNoLimit, or at most kGreatestLimit.
struct BudgetLimits {
    u64 memory_bytes;
    u64 capabilities;
    u64 threads;
};

inline constexpr u64 kGreatestLimit = u64{1} << 60;

/// So much time of processors in each period, nanoseconds, added over all of them. Both 0: no limit. Else a period of 1
/// ms to 1 s, and an amount of at least 1, of at most 16 processors.
struct ProcessorQuota {
    u64 amount;
    u64 period;
};

/// Of BudgetMethod::SetProcessorLimits: of all threads that the budget pays for, and those below it.
struct ProcessorLimits {
    u32 share; ///< 1 to 65,536: what they count together, as one thread of that weight beside others
    u32 zero;
    ProcessorQuota quota; ///< what they may use
};

/// Of BudgetMethod::CreateBudget. The answer's slot 0 is the capability.
struct CreateBudgetArguments {
    BudgetLimits limits;
    ProcessorLimits processors; ///< a share of 0, and no quota: its threads count among those of the budget above, ever
};

/// What BudgetMethod::ReserveRealTime tells with OverBudget: with `asked`, which would come to `reserved`, there is
/// more than `capacity`; all in billionths of a processor.
struct RealTimeRefusal {
    u64 asked;
    u64 reserved;
    u64 capacity;
    u64 depth; ///< whose capacity it is: 0, the machine's; else that of the budget with processor limits so deep
};

/// Answer of BudgetMethod::ProcessorUsage.
struct ProcessorUsage {
    u32 share; ///< 0: it has no limits of its own, and the rest is 0
    u32 zero;
    ProcessorQuota quota;
    ProcessorQuota real_time; ///< what is reserved
    u64 used;                 ///< nanoseconds, of it and those below, as of their last turns
};

/// Answer of BudgetMethod::Usage: what is used here and below, and what may be.
struct BudgetUsage {
    u64 memory_bytes;
    u64 capabilities;
    u64 threads;
    u64 memory_limit; ///< kNoLimit: none, as of the others
    u64 capabilities_limit;
    u64 threads_limit;
};

inline constexpr u64 kMayWriteDebug = 1;

/// Of BudgetMethod::CreateProcess. The answer's slot 0 is the process, slot 1 its address space.
struct CreateProcessArguments {
    u64 flags; ///< kMayWriteDebug: it may use the call DebugWrite; only of a caller that may
};

/// Why a process or thread is no more.
enum class EndReason : u32 {
    None,    ///< it is not ended
    Exited,  ///< the code is what it gave
    Killed,  ///< by who held a capability with Delete
    Faulted, ///< the code is the number of the exception
    Refused, ///< the kernel ended it for what it did: an unknown call, a malformed ring
};

/// Answer of ProcessMethod::Wait and ThreadMethod::Wait.
struct EndReport {
    u32 reason; ///< EndReason
    u32 zero;
    u64 code;
};

/// Answer of ProcessMethod::State.
struct ProcessState {
    u64 object_id;
    u32 capabilities;
    u32 slot_capacity;
    u32 threads; ///< that have not ended, those that were never started included
    u32 reason;  ///< EndReason; it may still be ending
    u64 code;
};

inline constexpr u64 kTellLevel = 1; ///< tell set bits again whenever the last notice was read
inline constexpr u64 kClearTold = 2; ///< clear what was told
/// Its calls may lend ranges of paged Memory to be mapped or pinned, which wait for their pager first.
inline constexpr u64 kTakesPaged = 4;

/// Of RingMethod::Attach.
struct AttachArguments {
    u64 tag;
    u64 mask;  ///< of an event: the bits to be told; else 0
    u64 flags; ///< of an event: kTellLevel, kClearTold; of a server's end: kTakesPaged
};

/// Of TimerMethod::Arm.
struct ArmArguments {
    u64 deadline; ///< monotonic nanoseconds; 0: disarmed
    u64 period;   ///< 0: once; at least kShortestPeriod
    u64 slack;    ///< so much later is in time too; less than the period
};

/// Nanoseconds. Shorter ones would keep a processor from all else.
inline constexpr u64 kShortestPeriod = 100'000;

/// Of ProcessMethod::CreateRing. The answer is where it is mapped, 8 bytes, and slot 0 is the ring.
struct CreateRingArguments {
    u32 submissions; ///< a power of two, 2 to 1024
    u32 completions; ///< the same
    u32 window;      ///< of the completions, those for what others send; fewer than these
    u32 zero;
    u64 address; ///< 0: anywhere; else exactly there
};

inline constexpr u64 kAnyProcessor = ~u64{0};

/// Of ProcessMethod::CreateThread. The answer's slot 0 is the thread, which has its first instruction before it. RAX is
/// kVersion, all other registers are zero; R8 and R9 are given by WriteState where abi/start.hpp wants them.
struct CreateThreadArguments {
    u64 entry;
    u64 stack; ///< RSP
    u64 first; ///< RDI
    u64 second;
    u64 third;
    u64 fourth;    ///< RCX
    u64 processor; ///< the index of the one that runs it; kAnyProcessor: any may
};

/// Answer of ThreadMethod::ReadState, which takes the group alone; argument of WriteState.
struct ThreadRegisters {
    u64 group; ///< 0: RAX RBX RCX RDX RSI RDI RBP; 1: R8 to R14; 2: R15 RSP RIP RFLAGS FS base, GS base, 0
    std::array<u64, 7> values;
};

inline constexpr u64 kRegisterGroups = 3;

/// Strictly ordered: one of a later class runs before all of earlier ones, but the last two are one class.
enum class SchedulingClass : u32 {
    Idle,
    Batch,
    Interactive, ///< what every thread begins with, with a weight of 1024
    RoundRobin,  ///< real time; those of one priority take turns
    Fifo,        ///< real time; runs until it waits, or a higher priority comes
};

/// Of ThreadMethod::SetScheduling.
struct SchedulingArguments {
    u32 scheduling_class; ///< SchedulingClass
    u32 priority;         ///< of real time: 1 to 99; else 0
    u32 weight;           ///< of the others: 1 to 65,536; else 0
    u32 zero;
    u64 slice; ///< nanoseconds, 100,000 to 1,000,000,000; 0: its class's; of Fifo, 0
};

/// Answer of ThreadMethod::Scheduling.
struct ThreadScheduling {
    u32 scheduling_class; ///< what was set last, which it soon is
    u32 priority;
    u32 weight;
    u32 processor; ///< where it runs, or ran last
    u64 slice;
    u64 used;            ///< nanoseconds that it ran by itself, as of its last turns
    u64 used_for_others; ///< that it ran for those who called it
    u32 running_class;   ///< as what it runs for those who wait for it, if that is more than what was set
    u32 running_priority;
};

/// Of ThreadMethod::SetAffinity, and answer of Affinity: bit n of word n / 64 stands for processor n.
struct AffinityMask {
    std::array<u64, 8> words;
};

inline constexpr u64 kMapRead = 1;
inline constexpr u64 kMapWrite = 2;
inline constexpr u64 kMapExecute = 4;

/// Of AddressSpaceMethod::Map. The answer is the address, 8 bytes.
struct MapArguments {
    u64 address; ///< 0: anywhere; else exactly there
    u64 offset;  ///< in the Memory; whole pages, as all of these
    u64 bytes;
    u64 access; ///< kMapRead, with kMapWrite or kMapExecute
    u64 flags;  ///< none yet
};

/// Of AddressSpaceMethod::Unmap. The answer is how many bytes were done, 8 bytes: the rest in another call.
struct RangeArguments {
    u64 address;
    u64 bytes;
};

/// Of AddressSpaceMethod::Protect; answers as Unmap does.
struct ProtectArguments {
    u64 address;
    u64 bytes;
    u64 access;
};

/// Of AddressSpaceMethod::WaitAddress: the word of four bytes there is waited for, wherever else it is mapped too.
struct WaitAddressArguments {
    u64 address;  ///< a multiple of 4
    u32 expected; ///< any other value there: BadState
    u32 zero;
    u64 owner; ///< a capability to the Thread that is to wake it, which inherits its rank meanwhile; 0: nobody does
};

/// What one entry wakes at most, and what it moves at most.
inline constexpr u32 kMostWoken = 16;

/// Of WakeAddressArguments: those who wait on, the first kMostWoken of them, wait for the last one that was woken. Else
/// they wait for nobody, until that is said anew.
inline constexpr u32 kWokenOwns = 1;

/// Of AddressSpaceMethod::WakeAddress. The answer is how many were woken, 8 bytes: as many as kMostWoken: the rest in
/// another call.
struct WakeAddressArguments {
    u64 address;
    u32 count; ///< at most so many; not 0
    u32 flags;
};

/// Of AddressSpaceMethod::RequeueAddress.
struct RequeueAddressArguments {
    u64 address;
    u64 target;   ///< where those wait then who were moved: another word
    u32 expected; ///< as of WaitAddressArguments
    u32 wake;     ///< at most so many are woken
    u32 move;     ///< at most so many of the others are moved; not both are 0
    u32 zero;
    u64 owner; ///< for whom these wait then, as of WaitAddressArguments
};

/// Answer of AddressSpaceMethod::RequeueAddress.
struct RequeueReport {
    u64 woken;
    u64 moved;
};

/// Of MemoryMethod::Copy. The answer is how many bytes were done, 8 bytes: the rest in another call. 0: a page had to
/// come from a pager first, and is there now.
struct MemoryCopyArguments {
    u64 offset;
    u64 source_offset;
    u64 bytes;
};

/// Of RingMethod::CopyLent; answers as MemoryMethod::Copy does.
struct CopyLentArguments {
    u64 token;        ///< of the call
    u64 lease;        ///< which of its leases, from 0, with kCopyToLease
    u64 lease_offset; ///< from the start of what is lent
    u64 offset;       ///< in the Memory
    u64 bytes;
};

/// Into what is lent; else out of it.
inline constexpr u64 kCopyToLease = 2;

/// Of RingMethod::MapLent. The answer is how many bytes are shown, 8 bytes: all of the lease.
struct MapLentArguments {
    u64 token;  ///< of the call
    u64 lease;  ///< which of its leases, from 0
    u64 offset; ///< in the Memory, of pages where nothing is; whole pages
};

inline constexpr u64 kAsksBeforeWriting = 1;

/// Of BudgetMethod::CreatePagedMemory. The answer's slot 0 is the capability.
struct CreatePagedMemoryArguments {
    u64 bytes;
    u64 flags; ///< kAsksBeforeWriting: the first write to a clean page asks too
};

inline constexpr u64 kSupplyForWriting = 1;

/// Of MemoryMethod::Supply, whole pages, at most kMostSupplied. The frames are the paged Memory's from then on; in the
/// other one nothing is left of them.
struct SupplyArguments {
    u64 offset;
    u64 source_offset;
    u64 bytes;
    u64 flags; ///< kSupplyForWriting: who asks before writing need not ask again
};

inline constexpr u64 kMostSupplied = u64{64} << 12;

/// Answer of MemoryMethod::Withdraw and MemoryMethod::Clean: the rest in another call.
struct PagesReport {
    u64 bytes; ///< that were done, at most 64 pages
    u64 dirty; ///< which of these pages were written, the first is bit 0
};

/// What the kernel asks through a channel: the method of the request, whose badge is that of the capability it was
/// given. A status of 0 is a success.
enum class KernelRequest : u16 {
    Page = 0xff00,  ///< a PageRequest; the pager supplies the page, then answers
    Fault = 0xff01, ///< a FaultReport; status 0: the thread goes on, anything else: its process ends
};

/// Of KernelRequest::Page.
struct PageRequest {
    u64 offset; ///< in the Memory
    u64 bytes;
    u64 access; ///< kMapRead, or both kMapRead and kMapWrite
};

/// What a thread did that the processor refused.
enum class FaultKind : u32 {
    Page,
    Breakpoint,
    SingleStep,
    InvalidInstruction,
    Protection, ///< a privileged instruction, or an address that no table can map
    Arithmetic,
    Other,
};

/// Of KernelRequest::Fault.
struct FaultReport {
    u64 process; ///< ids, as Inspect tells them
    u64 thread;
    u64 address; ///< of a page fault
    u64 instruction;
    u64 stack;
    u32 kind;   ///< FaultKind
    u32 code;   ///< the processor's own number of it
    u32 access; ///< of a page fault: what was tried, kMapRead, kMapWrite or kMapExecute
    u32 error;  ///< of a page fault: an Error, if something is mapped there and its page did not come; else 0
};

inline constexpr u64 kFaultHandler = 0;
/// Is told first, and has all the time it wants.
inline constexpr u64 kDebugger = 1;

/// Nanoseconds in which a fault handler that is no debugger answers.
inline constexpr u64 kFaultPatience = 10'000'000'000;

/// Answer of AddressSpaceMethod::Query.
struct MappedSpan {
    u64 start;
    u64 end;
};

/// Of MemoryMethod::Read, which answers the bytes; of Write, which takes them behind this.
struct CopyArguments {
    u64 offset;
    u64 bytes;
};

static_assert(sizeof(BudgetLimits) == 24 && sizeof(BudgetUsage) == 48 && sizeof(CreateBudgetArguments) == 48);
static_assert(sizeof(RealTimeRefusal) == 32 && sizeof(ProcessorUsage) == 48);
static_assert(sizeof(EndReport) == 16 && sizeof(ProcessState) == 32 && sizeof(CreateRingArguments) == 24);
static_assert(sizeof(CreateThreadArguments) == 56 && sizeof(ThreadRegisters) == 64);
static_assert(sizeof(SchedulingArguments) == 24 && sizeof(ThreadScheduling) == 48 && sizeof(AffinityMask) == 64);
static_assert(sizeof(PageRequest) == 24 && sizeof(FaultReport) == 56 && sizeof(SupplyArguments) == 32);
static_assert(sizeof(ArmArguments) == 24);
static_assert(sizeof(WaitAddressArguments) == 24 && sizeof(WakeAddressArguments) == 16);
static_assert(sizeof(RequeueAddressArguments) == 40 && sizeof(RequeueReport) == 16);
static_assert(sizeof(MemoryCopyArguments) == 24 && sizeof(CopyLentArguments) == 40);
static_assert(sizeof(MapLentArguments) == 24);
static_assert(sizeof(CapabilityView) == 32 && sizeof(DeriveArguments) == 32 && sizeof(MapArguments) == 40);

} // namespace abi
