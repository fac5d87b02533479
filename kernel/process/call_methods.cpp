// Calls through channels, and their answers.
#include "kernel/process/channel.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using abi::Permissions;
using base::Error;
using base::Result;
using base::u16;

namespace {

/// Any one of these lets its holder call; which of them the server asks for is the protocol's affair.
constexpr Permissions kCallPermissions = abi::kRead | abi::kWrite | abi::kExecute;

/// As resolve(), for a client's end.
Result<capability::Slot*> resolve_client(const Process& process, abi::Handle handle) {
    const capability::Slot* const slot = process.capabilities().find(handle);
    const Permissions held = slot == nullptr ? Permissions{} : slot->contents().effective & kCallPermissions;
    return resolve(process, handle, abi::ObjectKind::ChannelClient, held.is_empty() ? kCallPermissions : held);
}

void set_deadline(Call& call, base::u64 deadline) {
    if (deadline != 0) {
        call.deadline_generation = call.generation;
        processor::this_processor().timers.arm(call, base::Nanoseconds{deadline});
    }
}

} // namespace

Result<Progress> send_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry) {
    const capability::Slot& slot = *TRY(resolve_client(submitter.process, request.capability));
    if (!request.is_well_formed() || request.has(abi::SubmissionFlag::Chained)) [[unlikely]] {
        return request.is_well_formed() ? Error::Unsupported : Error::InvalidArgument;
    }
    [[clang::uninitialized]] std::array<base::u64, abi::kEntrySlots> words;
    if (request.slots != 0) {
        TRY(read_slots(submitter.process, entry, request.slots, words));
    }
    Call& call = *TRY(submitter.ring.take_call(request.accept));
    call.length = request.length;
    call.slots = request.slots;
    call.method = request.method;
    call.flags = request.flags;
    call.permissions = slot.contents().effective.bits;
    call.badge = slot.qualifier();
    call.tag = request.tag;
    set_deadline(call, request.deadline);
    const Message message{submitter.process, request.length, request.slots, entry.payload, words};
    Channel& channel = static_cast<ChannelEnd&>(slot.target()).channel();
    const auto sent = channel.send(call, message, submitter.hand_over);
    if (sent && *sent == Channel::Sent::InFlight) [[likely]] {
        return Progress::Later;
    }
    submitter.ring.return_call(call);
    return sent ? Result<Progress>{Progress::Done} : Result<Progress>{sent.error()};
}

Result<Progress> answer_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry) {
    Call* const call = process_objects().calls.find(request.capability);
    Channel* const channel = call == nullptr ? nullptr : call->channel.load(std::memory_order_acquire);
    // Looked at once more under the lock.
    const bool is_it = channel != nullptr && call->server.load(std::memory_order_relaxed) == &submitter.process &&
                       request.capability == abi::Handle::of_reply(call->place, call->generation);
    if (!is_it) [[unlikely]] {
        return Error::BadHandle;
    }
    if (!request.is_well_formed() || request.has(abi::SubmissionFlag::Chained)) [[unlikely]] {
        return request.is_well_formed() ? Error::Unsupported : Error::InvalidArgument;
    }
    [[clang::uninitialized]] std::array<base::u64, abi::kEntrySlots> words;
    if (request.slots != 0) {
        TRY(read_slots(submitter.process, entry, request.slots, words));
    }
    const Message message{submitter.process, request.length, request.slots, entry.payload, words};
    TRY(channel->answer(*call, request.capability, message, request.method, submitter.hand_over));
    return Progress::Done;
}

} // namespace kernel::process
