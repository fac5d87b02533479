// A server passes on what it was asked.
#include "kernel/process/channel.hpp"
#include "kernel/process/lease.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/waiting_call.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

namespace {

/// What the next server is asked: as the forwarder says it, with what the caller lends.
void set_request(Call& call, const ring::Request& request, const abi::Submission& entry, const Lent& end) {
    const base::usize words = (abi::kPayloadBytes - call.leases * sizeof(abi::LeaseRange)) / sizeof(base::u64);
    for (base::usize word = 0; word < words; ++word) {
        ring::store_word(call.payload, word, ring::load_word(entry.payload, word));
    }
    // What came with the first request stayed with its server.
    std::array<base::u64, abi::kEntrySlots> leases{};
    for (base::u64 lease = 0; lease < call.leases; ++lease) {
        leases.at(lease) = word_of_lease(call, lease).word();
    }
    call.slot = leases;
    call.slots = call.leases;
    call.length = request.length();
    call.method = request.method();
    call.permissions = end.rights.bits;
    call.badge = end.slot.qualifier();
}

/// A call that is to go on.
struct Forward {
    Submitter& submitter;
    Call& call;
    Channel& from;
    const ring::Request& request;
    const abi::Submission& entry;
    const Lent& end;
    base::RefPtr<Ring> caller{}; ///< once it was taken out

    [[nodiscard]] Channel& to() const { return static_cast<ChannelEnd&>(end.slot.target()).channel(); }

    /// Errors as of Channel::take_in(); then it is over, or with its server as before.
    Result<void> send(const WaitsBy* by) {
        caller = TRY(from.take_out(call, request.capability, submitter.process, request.length(), to()));
        set_request(call, request, entry, end);
        const auto taken = to().take_in(call, from, submitter.hand_over, by);
        if (!taken && taken.error() != Error::BadHandle) {
            from.take_back(call, submitter.hand_over);
        }
        return taken;
    }
};

} // namespace

Result<Progress> forward_call(Submitter& submitter, Call& call, Channel& from, const ring::Request& request,
                              const abi::Submission& entry) {
    if (request.slots() != 1 || request.accept() != 0) {
        return Error::InvalidArgument;
    }
    const abi::SlotWord word{ring::load_once(entry.slot[0])};
    const Lent end = TRY(resolve_lent_client(submitter.process, word));
    Forward forward{submitter, call, from, request, entry, end};
    auto sent = forward.send(nullptr);
    if (!sent && sent.error() == Error::WouldBlock) {
        // Who waits pays.
        const auto caller = forward.caller;
        sent = send_waiting(caller->process().budget(), forward.to(), end.slot,
                            [&forward](const WaitsBy& by) { return forward.send(&by); });
    }
    TRY(sent);
    return Progress::Done;
}

} // namespace kernel::process
