// Calls through channels, and their answers.
#include "kernel/process/channel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/lease.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/waiting_call.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

namespace {

/// What found no room waits by the authority of `slot`.
[[gnu::noinline]] Result<Channel::Sent> send_later(Submitter& submitter, capability::Slot& slot, Call& call,
                                                   const Message& message) {
    Channel& channel = static_cast<ChannelEnd&>(slot.target()).channel();
    return send_waiting(submitter.process.budget(), channel, slot,
                        [&](const WaitsBy& by) { return channel.send(call, message, submitter.hand_over, &by); });
}

/// Part of its callers: the way of every call.
[[gnu::always_inline]] Result<Progress> send_now(Submitter& submitter, capability::Slot& slot, Call& call,
                                                 const Message& message, base::u64 deadline) {
    if (deadline != 0) {
        call.arm(deadline);
    }
    call.chain = submitter.chain;
    Channel& channel = static_cast<ChannelEnd&>(slot.target()).channel();
    auto sent = channel.send(call, message, submitter.hand_over);
    if (sent && *sent == Channel::Sent::InFlight) [[likely]] {
        return Progress::Later;
    }
    if (!sent && sent.error() == Error::WouldBlock) {
        sent = send_later(submitter, slot, call, message);
        if (sent && *sent == Channel::Sent::InFlight) {
            return Progress::Later;
        }
    }
    call.leases = 0;
    call.chain = nullptr;
    submitter.ring.return_call(call);
    return sent ? Result<Progress>{Progress::Done} : Result<Progress>{sent.error()};
}

/// Of a call that is malformed or tells its server: Done, if it may be sent; Again: not now.
[[gnu::noinline]] Result<Progress> may_send(const Submitter& submitter, const ring::Request& request) {
    if (!request.is_well_formed()) {
        return Error::InvalidArgument;
    }
    const bool may_be_given_up = submitter.ring.may_give_up();
    return may_be_given_up ? Progress::Done : Progress::Again;
}

bool is_any_fixed(const Call& call) {
    bool is_any = false;
    for (base::u64 index = 0; index < call.leases; ++index) {
        is_any |= is_fixed(range_of_lease(call, index));
    }
    return is_any;
}

/// A call that lends what is mapped or pinned is sent when that is there.
Result<Progress> fix_and_send(Submitter& submitter, capability::Slot& slot, Call& call, abi::Handle client,
                              base::u64 deadline) {
    Channel& channel = static_cast<ChannelEnd&>(slot.target()).channel();
    auto fixed = FixedLeases::create(call, submitter.ring, channel, client);
    if (!fixed) {
        call.leases = 0;
        submitter.ring.return_call(call);
        return fixed.error();
    }
    FixedLeases& leases = *fixed->leak();
    if (deadline != 0) {
        call.arm(deadline);
    }
    call.chain = submitter.chain;
    channel.expect_fixed(call, leases);
    for (base::u64 index = 0; index < call.leases; ++index) {
        const abi::LeaseRange range = range_of_lease(call, index);
        const auto hung = is_fixed(range) ? hang_lease(leases.at(index), submitter, word_of_lease(call, index), range)
                                          : Result<void>{};
        if (!hung) {
            leases.fail(hung.error());
            break;
        }
    }
    leases.start();
    return Progress::Later;
}

/// A call that lends is kept whole from the start: what is looked at here is what its server gets.
[[gnu::noinline]] Result<Progress> lend_and_send(Submitter& submitter, capability::Slot& slot, Call& call,
                                                 const Message& message, base::usize leases, abi::Handle client,
                                                 base::u64 deadline) {
    message.keep_whole_in(call);
    const auto checked =
        call.is_one_way() ? Result<void>{Error::InvalidArgument} : check_leases(submitter, call, leases);
    if (!checked) {
        submitter.ring.return_call(call);
        return checked.error();
    }
    call.leases = static_cast<base::u8>(leases);
    if (is_any_fixed(call)) {
        return fix_and_send(submitter, slot, call, client, deadline);
    }
    const Message kept{message.sender, message.length, message.slots, call.payload, call.slot};
    return send_now(submitter, slot, call, kept, deadline);
}

} // namespace

Result<Progress> send_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry) {
    capability::Slot& slot = *TRY(resolve_client(submitter.process, request.capability));
    if (!request.is_well_formed() || request.has(abi::SubmissionFlag::TellServer)) [[unlikely]] {
        if (const auto may = TRY(may_send(submitter, request)); may != Progress::Done) {
            return may;
        }
    }
    [[clang::uninitialized]] std::array<base::u64, abi::kEntrySlots> words;
    base::usize leases = 0;
    if (request.slots() != 0) {
        leases = TRY(read_slots(submitter.process, entry, request.slots(), words));
    }
    Call& call = *TRY(submitter.ring.take_call(request.accept()));
    call.length = request.length();
    call.slots = request.slots();
    call.method = request.method();
    call.flags = request.flags();
    call.permissions = slot.contents().effective.bits;
    call.badge = slot.qualifier();
    call.tag = request.tag;
    if (leases != 0) [[unlikely]] {
        return lend_and_send(submitter, slot, call,
                             {&submitter.process, request.length(), request.slots(), entry.payload, words}, leases,
                             request.capability, request.deadline);
    }
    const Message message{&submitter.process, request.length(), request.slots(), entry.payload, words};
    return send_now(submitter, slot, call, message, request.deadline);
}

Result<Progress> answer_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry) {
    Call* const call = process_objects().calls.find(request.capability);
    Channel* const channel = call == nullptr ? nullptr : call->channel.load(std::memory_order_acquire);
    // Looked at once more under the lock.
    const bool is_it = channel != nullptr && call->server.load(std::memory_order_relaxed) == &submitter.process &&
                       request.capability.word() == call->token.load(std::memory_order_relaxed);
    if (!is_it) [[unlikely]] {
        return Error::BadHandle;
    }
    if (!request.is_well_formed()) [[unlikely]] {
        return Error::InvalidArgument;
    }
    if (request.method() >= abi::kFirstProtocolMethod) [[unlikely]] {
        return forward_call(submitter, *call, *channel, request, entry);
    }
    [[clang::uninitialized]] std::array<base::u64, abi::kEntrySlots> words;
    if (request.slots() != 0) {
        const auto leases = TRY(read_slots(submitter.process, entry, request.slots(), words));
        if (leases != 0) {
            return Error::InvalidArgument;
        }
    }
    const Message message{&submitter.process, request.length(), request.slots(), entry.payload, words};
    TRY(channel->answer(*call, request.capability, message, request.method(), submitter.hand_over));
    return Progress::Done;
}

} // namespace kernel::process
