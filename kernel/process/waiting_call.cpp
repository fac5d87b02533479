#include "kernel/process/waiting_call.hpp"

#include "kernel/process/channel.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

Result<base::RefPtr<WaitingCall>> WaitingCall::create(budget::Budget& payer, Channel& channel) {
    return process_objects().waiting_calls.create_counted(payer, channel);
}

void WaitingCall::begin_to_expire() { process_objects().expiries.add(*this); }

void WaitingCall::destroy(WaitingCall& waiting) { process_objects().waiting_calls.destroy(waiting); }

void WaitingCall::end(Error why) {
    HandOver hand_over;
    channel_.end_waiting(*this, why, hand_over);
    hand_over.wake_last();
    tell_ended();
    drop_reference();
}

Result<void> Channel::begin_waiting(Call& call, const WaitsBy& by) {
    if (client_.add_use(by.through, by.waiting) != Object::Added::Yes) {
        by.waiting.tell_ended();
        return Error::Revoked;
    }
    by.waiting.add_reference();
    by.waiting.call_ = &call;
    call.waiting = &by.waiting;
    return {};
}

void Channel::stop_waiting(Call& call) {
    WaitingCall* const waiting = std::exchange(call.waiting, nullptr);
    if (waiting != nullptr) {
        waiting->call_ = nullptr;
        client_.remove_use(*waiting);
        waiting->drop_reference();
    }
}

void Channel::end_waiting(WaitingCall& waiting, Error why, HandOver& hand_over) {
    state_.with([&](State& state) {
        if (waiting.call_ != nullptr) {
            end(state, *waiting.call_, why, hand_over, EndKind::Forced);
        }
    });
}

} // namespace kernel::process
