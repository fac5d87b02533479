/// Two ends: clients call at one, a server answers at the other.
#pragma once

#include <algorithm>
#include <array>
#include <bit>

#include "abi/arguments.hpp"
#include "base/guarded.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/channel_end.hpp"
#include "kernel/process/message.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::object {
class AddressSpace;
} // namespace kernel::object

namespace kernel::process {

class KernelCaller;
class WaitingCall; // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final, which this does not say
struct WaitsBy;

/// Calls wait in it until they are delivered to the ring that the server's end is attached to; it knows them until they
/// are over, so that each ends exactly once, whatever becomes of either side. One lock for both ends.
class Channel : public base::RefCounted<Channel> {
  public:
    /// With a reference for the capabilities of each end.
    Channel();

    static void destroy(Channel& channel);

    [[nodiscard]] ChannelEnd& server() { return server_; }

    [[nodiscard]] ChannelEnd& client() { return client_; }

    /// What became of a call that was sent.
    enum class Sent : base::u8 {
        InFlight,  ///< it has its result later
        Delivered, ///< it is one that has no answer, and is its sender's again
    };

    /// Sends `call`, whose head is set. PeerClosed: nobody will answer; WouldBlock: there is no room, and nothing that
    /// a ring's call waits `by`; Revoked: it would have waited by what is live no more. With an error the call is its
    /// sender's again.
    base::Result<Sent> send(Call& call, const Message& message, HandOver& hand_over, const WaitsBy* by = nullptr);

    /// Sends a call of `caller` with `badge` and `request` as payload; it is told when that is over. PeerClosed: it is
    /// not sent.
    template <class T>
    base::Result<void> send_from_kernel(Call& call, KernelCaller& caller, base::u64 badge, abi::KernelRequest method,
                                        const T& request, HandOver& hand_over) {
        const auto payload = payload_of(request);
        return send_from_kernel(call, caller, badge, method, sizeof(T), payload, hand_over);
    }

    /// Whether whoever is attached to the server's end has its memory in `space`.
    [[nodiscard]] bool is_served_in(const object::AddressSpace& space);

    /// Answers the call that `token` names, if it is `call`, with `status`. BadHandle: it was not delivered to the
    /// message's sender or is over; InvalidArgument: more capabilities than its caller takes, Busy: a copy of a lease
    /// is under way, and it is not answered.
    base::Result<void> answer(Call& call, abi::Handle token, const Message& message, base::u16 status,
                              HandOver& hand_over);

    /// What end_call() found.
    enum class Found : base::u8 {
        Here,     ///< it ends, now or soon
        Over,     ///< it has ended
        Elsewhere ///< it is in another channel
    };

    /// Ends `call` with `status`: Call::end().
    Found end_call(Call& call, base::Error status, HandOver& hand_over, EndKind how);

    /// Ends the call that waits by `waiting`, if it does still, with `why`.
    void end_waiting(WaitingCall& waiting, base::Error why, HandOver& hand_over);

    /// Call::forget(): `call` is its ring's again.
    void forget_call(Call& call);

    /// `call` leaves for `to`, where it is known from now on, if `token` names it and it was delivered to `server`.
    /// Answers the caller's ring, to be kept until one of the two that follow, soon. BadHandle; Unsupported: the kernel
    /// calls, or it lends what is mapped or pinned; Busy: a copy of a lease is under way; InvalidArgument: a payload of
    /// `length` leaves no room for what it lends.
    base::Result<base::RefPtr<Ring>> take_out(Call& call, abi::Handle token, const Process& server, base::u8 length,
                                              Channel& to);

    /// `call` comes from `from`, with another head and payload, as if it were sent here; its token is another one.
    /// BadHandle: it ended meanwhile; or it is to be tried again or to be taken back: errors as of send().
    base::Result<void> take_in(Call& call, Channel& from, HandOver& hand_over, const WaitsBy* by = nullptr);

    /// `call`, which take_in() did not take, is with its server as before.
    void take_back(Call& call, HandOver& hand_over);

    /// What a lease lends, while it is copied or mapped.
    struct Lease {
        base::RefPtr<Ring> caller; ///< its process holds the Memory
        abi::SlotWord word;
        abi::LeaseRange range;
        FixedLeases* fixed; ///< those of its call that are mapped or pinned
    };

    /// A copy out of or into lease `index` of `call` begins, if `token` names it and it was delivered to `server`:
    /// until end_copy(), which follows soon, it does not end. BadHandle; OutOfRange: there is no such lease; Busy: too
    /// many; Revoked: it is mapped or pinned, and that ends.
    base::Result<Lease> begin_copy(Call& call, abi::Handle token, const Process& server, base::u64 index);
    void end_copy(Call& call, HandOver& hand_over);

    // Of calls that lend what is mapped or pinned: fixed_call.cpp.

    /// `call` is on the way here, and is sent when what it lends is there: it may be ended from now on.
    void expect_fixed(Call& call, FixedLeases& leases);

    /// Whether a call with `leases` may be sent: Unsupported: one is paged, and no server is attached that takes such.
    base::Result<void> check_fixed(const FixedLeases& leases);

    /// Sends `call`, of which all that it lends is there. Errors as of check_fixed(), then of send(); if it is to end
    /// already, it is not sent.
    base::Result<void> send_fixed(Call& call, HandOver& hand_over, const WaitsBy* by);

    /// What `call` lends ends; its server is told, if it goes on without, and if it was given up, it ends. False: it is
    /// in use, and its leases are told when that has ended.
    bool begin_return(Call& call, HandOver& hand_over);

    /// That has ended: `call` has its result. False: it goes on.
    bool finish_fixed(Call& call, FixedLeases& leases, HandOver& hand_over);

    /// Ends `call`, if `leases` are its own still, with Cancelled.
    void end_lending(Call& call, FixedLeases& leases, EndKind how);

    /// The caller of `call`, which may have become more urgent, lends its rank to whose ring this is delivered to, if
    /// it was delivered here.
    void lend_rank_of(Call& call);

    /// Ends `call`, if it was delivered to `server` and is not over, with PeerClosed. False: it was.
    bool end_service(Call& call, const Process& server, HandOver& hand_over);

    /// `end` belongs to `ring` from now on and has `tag` there, wherever it was before, by the authority of `through`.
    /// BadState: one of both is closed; BadHandle: `through` was revoked.
    base::Result<void> attach(ChannelEnd& end, Ring& ring, base::u64 tag, capability::Slot& through,
                              bool takes_paged = false);

    /// BadState: `end` is not attached to `ring`.
    base::Result<void> detach(ChannelEnd& end, Ring& ring);

    /// Source::end_attachment() of `end`.
    void end_attachment(ChannelEnd& end, HandOver& hand_over);

    /// It is the turn of `end`: Source::deliver().
    bool deliver(ChannelEnd& end, Ring& ring, HandOver& hand_over);

    /// The last capability to `end` is gone.
    void close(ChannelEnd& end);

  private:
    friend class FastPath;

    using Payload = std::array<base::u8, abi::kPayloadBytes>;

    template <class T>
    static Payload payload_of(const T& value) {
        Payload payload{};
        std::ranges::copy(std::bit_cast<std::array<base::u8, sizeof(T)>>(value), payload.begin());
        return payload;
    }

    base::Result<void> send_from_kernel(Call& call, KernelCaller& caller, base::u64 badge, abi::KernelRequest method,
                                        base::u8 length, const Payload& payload, HandOver& hand_over);

    using CallList = base::IntrusiveList<Call, Calls>;

    struct State {
        CallList waiting;
        CallList delivered;
        CallList given_up; ///< of which the server is to be told
    };

    /// Ends the calls of a server that is gone, a few at a time.
    struct Closing : processor::LongWork {
        explicit Closing(Channel& whose) : LongWork(&Closing::run), channel(whose) {}

        static bool run(processor::LongWork& work);
        bool leave();

        Channel& channel;
        base::u64 over_at = 0; ///< epoch
    };

    [[nodiscard]] ChannelEnd& other(const ChannelEnd& end) { return &end == &server_ ? client_ : server_; }

    /// Whether `call` is delivered at once; else it is to wait. The server's end is open.
    bool deliver_now(State& state, Call& call, const Message& message, HandOver& hand_over);
    /// Errors as of send().
    base::Result<void> wait(State& state, Call& call, const Message& message, const WaitsBy* by);
    /// `call` comes from `from`, where it stays with an error, as it was.
    base::Result<void> place_moved(State& state, Call& call, Channel& from, HandOver& hand_over, const WaitsBy* by);
    base::Result<void> begin_waiting(Call& call, const WaitsBy& by);
    void stop_waiting(Call& call);
    /// To the thread of `ring`, that `call` was delivered to, if its caller is above that.
    static void lend_rank(Call& call, Ring& ring);
    /// Puts `call` into the ring that the server's end is attached to, if there is room.
    bool deliver_call(State& state, Call& call, const Message& message, bool is_its_turn, HandOver& hand_over);
    bool deliver_waiting(State& state, HandOver& hand_over);
    /// Its caller gave up `call`, which was delivered: it has its result, and the server hears of it in its turn.
    void give_up(State& state, Call& call, base::u16 status, HandOver& hand_over);
    /// The server is to be told of `call`, which is in no list.
    void tell_of(State& state, Call& call, HandOver& hand_over);
    bool tell_given_up(State& state, bool is_its_turn, HandOver& hand_over);
    static void let_go(State& state, Call& call);
    bool tell_closed(ChannelEnd& end, bool is_its_turn, HandOver& hand_over);
    bool end_one(State& state, HandOver& hand_over);
    [[nodiscard]] bool has_news(State& state, ChannelEnd& end);
    static void tell_kernel(Call& call, base::u16 status);
    /// Whether there is nothing of it that could be ended so.
    static bool is_over(const Call& call, EndKind how);
    [[nodiscard]] bool is_delivered_to(const Call& call, abi::Handle token, const Process* server) const;
    static void leave(State& state, Call& call);
    static void settle(Call& call);
    /// Ends it with `status`: now, or after the copies that are under way and when what it lends is its caller's again.
    void end(State& state, Call& call, base::Error status, HandOver& hand_over, EndKind how);
    void end_held(State& state, Call& call, base::Error status, HandOver& hand_over, EndKind how);
    base::Result<void> answer_held(State& state, Call& call, const Message& message, base::u16 status);
    void begin_ending(State& state, Call& call, EndKind how);
    void recall(State& state, Call& call, HandOver& hand_over);
    void take_out_of_list(State& state, Call& call);
    static void finish_answered(Call& call, HandOver& hand_over);
    void finish(State& state, Call& call, base::u16 status, HandOver& hand_over);
    static bool tell_detached(ChannelEnd& end, bool is_its_turn, HandOver& hand_over);
    static void unlink(ChannelEnd& end);

    ChannelEnd server_;
    ChannelEnd client_;
    Closing closing_{*this};
    base::Guarded<State, core::KernelLock, core::kChannelLock> state_;
};

} // namespace kernel::process
