/// The memory through which a thread and the kernel exchange entries.
///
/// A ring is 256 bytes of header, then its submissions, then its completions; both counts are powers of two. Positions
/// are free-running counters of 32 bits. Each is written by one side only, with release, and read by the other with
/// acquire.
#pragma once

#include <array>
#include <cstddef>

#include "abi/types.hpp"

namespace abi {

inline constexpr u32 kVersion = 0;

inline constexpr std::size_t kPayloadBytes = 64;
inline constexpr std::size_t kEntrySlots = 4;
/// What of these are linked is consumed as a unit.
inline constexpr std::size_t kLongestChain = 8;
/// Leases that one entry can lend; each takes the last 16 bytes of the payload not yet used.
inline constexpr std::size_t kEntryLeases = 2;

/// Bits of Submission::flags; the others are zero.
enum class SubmissionFlag : u16 {
    Quiet = 1 << 0,      ///< no Result if it succeeds
    Chained = 1 << 1,    ///< the next entry starts when this one has succeeded, else it is cancelled
    TellServer = 1 << 2, ///< a call that is cancelled stays with its server as a notice until it was read
};

/// What a thread asks of the kernel. The kernel reads each field once.
struct Submission {
    u64 capability; ///< a Handle
    u16 method;
    u16 flags;
    u8 length; ///< of the payload, at most kPayloadBytes
    u8 slots;  ///< how many of `slot` are used, from the first
    u8 accept; ///< how many capabilities the caller takes in the reply
    u8 zero;
    u64 tag;      ///< comes back in the Result
    u64 deadline; ///< monotonic nanoseconds, absolute; 0: none
    std::array<u8, kPayloadBytes> payload;
    std::array<u64, kEntrySlots> slot; ///< SlotWords
};

/// What a completion is: bits 0 to 1 of its flags.
enum class CompletionKind : u16 {
    Result,  ///< of an entry of mine; `tag` is mine
    Request, ///< from an attached channel; `tag` is what it was attached with, `reply` a token or 0
    Notice,  ///< of an attached source: signals, the peer's end, a cancelled call
};

inline constexpr u16 kCompletionKindMask = 3;

/// What the kernel tells a thread. For a Request `status` holds the permissions with which the caller invoked the
/// channel; else 0 or an Error.
struct Completion {
    u64 badge;
    u16 method;
    u16 flags;
    u8 length;
    u8 slots;
    u16 status;
    u64 tag;
    u64 reply; ///< a Handle, or 0
    std::array<u8, kPayloadBytes> payload;
    std::array<u64, kEntrySlots> slot; ///< SlotWords, with object kinds
};

/// What the receiver of a lease may do, in the upper 16 bits of LeaseRange::length_and_access.
inline constexpr u64 kLeaseRead = 1;
inline constexpr u64 kLeaseWrite = 2;
inline constexpr u64 kLeaseMap = 4; ///< show it in a Memory of its own, by RingMethod::MapLent; with kLeaseRead
inline constexpr u64 kLeasePin = 8; ///< have a device use it: a call that is given up then waits for its answer
/// With a token in place of the handle: it is the token's second lease that is lent on, not its first.
inline constexpr u64 kLeaseOfSecond = 0x8000;
inline constexpr unsigned kLeaseAccessShift = 48;
inline constexpr u64 kLeaseLength = (u64{1} << kLeaseAccessShift) - 1;
/// The longest range that is mapped or pinned; whole pages.
inline constexpr u64 kMostFixedLease = u64{64} << 12;

/// A range of a Memory, lent for a call: what stands in the payload. That of the first slot that lends has the last 16
/// bytes, that of the second the 16 before; the payload's length is without them. It is copied from and to by
/// RingMethod::CopyLent until the call is over. What may be mapped or pinned is present and stays so from before the
/// call is delivered; of a call with such a lease that was delivered, the server may lend it on in a call of its own,
/// with the token as handle.
struct LeaseRange {
    u64 offset;            ///< in bytes
    u64 length_and_access; ///< 48 bits of length in bytes, not 0; 16 of access
};

/// Each counter has a cache line of its own.
struct RingHeader {
    struct Line {
        u32 position;
        std::array<u8, 60> reserved;
    };

    Line submission_tail; ///< written by the thread
    Line submission_head; ///< written by the kernel
    Line completion_tail; ///< written by the kernel
    Line completion_head; ///< written by the thread
};

static_assert(sizeof(Submission) == 128 && sizeof(Completion) == 128 && sizeof(RingHeader) == 256);
static_assert(offsetof(Submission, method) == 8 && offsetof(Submission, length) == 12);
static_assert(offsetof(Submission, tag) == 16 && offsetof(Submission, deadline) == 24);
static_assert(offsetof(Submission, payload) == 32 && offsetof(Submission, slot) == 96);
static_assert(offsetof(Completion, method) == 8 && offsetof(Completion, status) == 14);
static_assert(offsetof(Completion, tag) == 16 && offsetof(Completion, reply) == 24);
static_assert(offsetof(Completion, payload) == 32 && offsetof(Completion, slot) == 96);

} // namespace abi
