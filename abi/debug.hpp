/// What the payloads of Debug's methods hold.
///
/// Lists are read entry by entry: each call answers the one with the lowest id, or at the lowest place, above the given
/// one, and NotFound at the end. Ids ascend in the order in which things were made, and none is used again: a list that
/// changes meanwhile is neither repeated nor left out.
#pragma once

#include "abi/types.hpp"

namespace abi {

/// What one call copies at most of the log, and of a trace.
inline constexpr u64 kDebugPieceBytes = 1024;

/// Of DebugMethod::ReadLog. Slot 0: the Memory, lent, into which is written.
struct ReadLogArguments {
    u64 position; ///< in all that was ever logged, in bytes
    u64 offset;   ///< in the Memory
    u64 bytes;    ///< at most kDebugPieceBytes
};

/// Answer of DebugMethod::ReadLog and ReadTrace: what was copied, [position, next). Older parts are lost.
struct DebugPiece {
    u64 position; ///< the one that was asked for, or the oldest that there is
    u64 next;     ///< to be asked for next
    u64 end;      ///< of all that there was
};

/// Of DebugMethod::NextProcess, NextBudget: 0 for the first.
struct NextArguments {
    u64 after; ///< id
};

/// Answer of DebugMethod::NextProcess.
struct ProcessRecord {
    u64 object_id;
    u64 budget;       ///< its id
    u32 capabilities; ///< those included that wait for their grace period
    u32 threads;      ///< that have not ended
    u32 reason;       ///< EndReason; it may still be ending
    u32 zero;
    u64 code;
};

/// Of DebugMethod::NextThread.
struct NextThreadArguments {
    u64 after;   ///< id
    u64 process; ///< only its threads; 0: those of all
};

enum class ThreadCondition : u32 {
    New,       ///< was never started
    Parked,    ///< waits
    Ready,     ///< for its turn
    Running,   ///< on its processor
    Suspended, ///< until it is resumed
    Ended,
};

/// Answer of DebugMethod::NextThread. An object_id of 0: none was found among those that one call looks at; `next` is
/// where the next one goes on.
struct ThreadRecord {
    u64 object_id;
    u64 next; ///< object_id, or the last that was looked at
    u64 process;
    u64 number;    ///< in reports and traces; 0 of one that has ended
    u32 processor; ///< its home
    u32 condition; ///< ThreadCondition, as of a moment ago
};

/// Of DebugMethod::NextCapability.
struct NextCapabilityArguments {
    u64 process; ///< its id. NotFound: there is none, or it is ending
    u64 place;   ///< 0 for the first, then `next` of the answer
};

/// Answer of DebugMethod::NextCapability. A handle of 0: there was none among those places that one call looks at.
struct CapabilityRecord {
    u64 handle; ///< in that process
    u64 next;
    u64 object_id;
    u64 qualifier;
    u64 expiry;
    u8 kind;
    u8 permissions;
    u8 effective;
    u8 zero;
    u32 zeros;
};

/// Answer of DebugMethod::NextBudget. Limits as BudgetUsage has them.
struct BudgetRecord {
    u64 id;
    u64 parent; ///< 0: it is the machine's
    u64 memory_bytes;
    u64 memory_limit;
    u64 capabilities;
    u64 capabilities_limit;
    u64 threads;
    u64 threads_limit;
};

enum class TraceKind : u32 {
    Invocation, ///< detail: the method; first: the capability; second: the thread; noted when its batch is taken
    Switch,     ///< first: the thread that runs from now on
    Fault,      ///< detail: the processor's number of it; first: the address, of a page fault; second: the thread
    Interrupt,  ///< detail: the vector; first: the instruction that was interrupted
};

constexpr u64 trace_bit(TraceKind kind) { return u64{1} << static_cast<u32>(kind); }

inline constexpr u64 kAllTraceKinds = trace_bit(TraceKind::Interrupt) * 2 - 1;

/// Of DebugMethod::StartTrace.
struct StartTraceArguments {
    u64 kinds; ///< trace_bit() of each that is noted from now on; not 0
};

/// What a processor noted.
struct TraceRecord {
    u64 ticks; ///< of its cycle counter
    u32 kind;  ///< TraceKind
    u32 detail;
    u64 first;
    u64 second;
};

inline constexpr u64 kTracePieceRecords = kDebugPieceBytes / sizeof(TraceRecord);

/// Of DebugMethod::ReadTrace. Slot 0: the Memory, lent, into which is written. Positions count the records that the
/// processor ever noted.
struct ReadTraceArguments {
    u64 processor;
    u64 position;
    u64 offset;  ///< in the Memory
    u64 records; ///< at most kTracePieceRecords
};

static_assert(sizeof(ProcessRecord) == 40 && sizeof(ThreadRecord) == 40 && sizeof(CapabilityRecord) == 48);
static_assert(sizeof(BudgetRecord) == 64 && sizeof(TraceRecord) == 32 && sizeof(ReadTraceArguments) == 32);

} // namespace abi
