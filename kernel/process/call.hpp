/// A call through a channel, from its submission to its answer.
#pragma once

#include <array>
#include <atomic>
#include <utility>

#include "abi/handle.hpp"
#include "abi/ring.hpp"
#include "base/intrusive_list.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/time/timers.hpp"

namespace kernel::process {

class Chain;
class Channel;
class FixedLeases;
class HandOver;
class KernelCaller;
class LentRank;
class Process;
class Ring;
class WaitingCall; // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final, which this does not say

/// How a call is ended that lends what is mapped or pinned.
enum class EndKind : base::u8 {
    Asked, ///< by its caller: what a device uses stays until the server has answered
    Forced ///< whoever uses what it lends
};

/// Belongs to the ring of its caller, which uses it again and again; its memory is never anything else (CallPool), so
/// that whoever holds an old token may look at it. The channel's lock guards it from the time it is sent until it is
/// over; before and after, the caller's thread alone uses it. As a timer it is the caller's deadline, on the caller's
/// processor.
struct Call : base::ListLink<class Calls>, time::Timer {
    enum class State : base::u8 {
        Free,
        Waiting,   ///< in the channel's queue
        Delivered, ///< to a ring of `server`, which holds its token
        Moving,    ///< on the way to a channel, from another one or from its caller: it ends behind that
        Ending,    ///< it has its result when what it lent is its caller's again
        GivenUp,   ///< over for its caller; its server is to be told so
    };

    /// `place`: in the pool.
    explicit Call(base::u32 place) : Timer(&Call::pass_deadline), token(abi::Handle::of_reply(place, 0).word()) {}

    [[nodiscard]] base::u32 place() const { return abi::Handle{token.load(std::memory_order_relaxed)}.slot(); }

    /// Counts tokens: an earlier one is stale.
    [[nodiscard]] base::u32 generation() const {
        return abi::Handle{token.load(std::memory_order_relaxed)}.generation();
    }

    /// Its token is another one from now on. Under the channel's lock.
    void renew() { token.store(abi::Handle::of_reply(place(), generation() + 1).word(), std::memory_order_relaxed); }

    [[nodiscard]] bool is_one_way() const { return (flags & static_cast<base::u16>(abi::SubmissionFlag::Quiet)) != 0; }

    /// It has until `deadline`, monotonic nanoseconds. On its caller's processor.
    void arm(base::u64 deadline);

    /// It has for ever. There, too.
    void disarm();

    /// Whether its server is told when its caller gives it up.
    [[nodiscard]] bool tells_server() const {
        return (flags & static_cast<base::u16>(abi::SubmissionFlag::TellServer)) != 0;
    }

    /// Of its leases those that are mapped or pinned; null: there is none.
    [[nodiscard]] FixedLeases* fixed() const;

    void set_fixed(FixedLeases* what);

    /// Ends it with `status`, wherever it is. False: it is over, or is ending, or was not sent. Of who alone sends it
    /// again.
    bool end(base::Error status, HandOver& hand_over, EndKind how = EndKind::Asked);

    /// The chain that is to be told of its result, if there is one. Before that is shown: then it may be sent again.
    [[nodiscard]] Chain* leave_chain() { return std::exchange(chain, nullptr); }

    /// Its server is not to be told any more, if it is given up.
    void forget();

    /// Ends it, if it is not over.
    static void pass_deadline(time::Timer& timer);

    std::atomic<base::u64> token; ///< a Handle: its place in the pool, and its generation
    Ring* ring = nullptr;         ///< of the caller; null: `kernel` calls

    union {
        KernelCaller* kernel;   ///< if it is no ring's
        Chain* chain = nullptr; ///< if it is a ring's: what it is an entry of, or null
    };

    union {
        Call* next = nullptr; ///< of those that are free
        WaitingCall* waiting; ///< of one that waits: by what; null: by what its caller in the kernel holds
    };

    LentRank* lent = nullptr;               ///< its caller's rank, to its server; a ring's call has one
    std::atomic<Channel*> channel{nullptr}; ///< null: it is its ring's
    std::atomic<Process*> server{nullptr};
    State state = State::Free;
    base::u8 length = 0;
    base::u8 slots = 0;
    base::u8 accept = 0; ///< places in `reserved` that are not used
    base::u16 method = 0;
    base::u16 flags = 0;
    base::u8 leases = 0; ///< their words are in `slot`, their ranges at the end of `payload`, also of a delivered one
    base::u8 copies = 0; ///< out of and into leases that are under way, and 1 for fixed(): it does not end meanwhile
    base::u8 ended = 0;  ///< the Error that it ends with after the last of these; 0: it does not
    base::u8 permissions = 0; ///< with which the caller invoked the channel
    base::u64 badge = 0;
    base::u64 tag = 0;
    std::array<base::u32, abi::kEntrySlots> reserved{}; ///< in the caller's table, for what the answer brings
    // The message of one that waits, or lends.
    std::array<base::u64, abi::kEntrySlots> slot{};
    alignas(base::u64) std::array<base::u8, abi::kPayloadBytes> payload{};
};

static_assert(sizeof(Call) <= 256);

} // namespace kernel::process
