// Calls that lend what is mapped or pinned: they end when nobody sees or uses that any more.
#include "kernel/process/chain.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u16;
using base::u8;

namespace {

constexpr bool is_given_up(Error status) { return status == Error::Cancelled || status == Error::TimedOut; }

/// Whether somebody copies from or to what `call` lends, or maps it.
bool is_in_use(const Call& call) { return call.copies != (call.fixed() == nullptr ? 0 : 1); }

/// Whether `call`, which was delivered, is in the list of those of which the server is to be told.
bool is_to_be_told(const Call& call) { return call.fixed() != nullptr && call.fixed()->is_to_be_told; }

void note_end(Call& call, Error status) {
    if (call.ended == 0) {
        call.ended = static_cast<u8>(status);
    }
}

} // namespace

void Channel::expect_fixed(Call& call, FixedLeases& leases) {
    state_.with([&](State&) {
        call.set_fixed(&leases);
        call.copies = 1;
        call.state = Call::State::Moving;
        call.channel.store(this, std::memory_order_release);
    });
}

Result<void> Channel::check_fixed(const FixedLeases& leases) {
    bool takes_paged = false;
    state_.with([&](State&) { takes_paged = server_.takes_paged_; });
    return takes_paged || !leases.is_any_paged() ? Result<void>{} : Error::Unsupported;
}

Result<void> Channel::send_fixed(Call& call, HandOver& hand_over, const WaitsBy* by) {
    Result<void> sent = check_fixed(*call.fixed());
    if (!sent) {
        return sent;
    }
    state_.with([&](State& state) {
        if (call.ended != 0) {
            return;
        }
        if (!server_.is_open_) {
            sent = Error::PeerClosed;
            return;
        }
        const Message message{&call.ring->process(), call.length, call.slots, call.payload, call.slot};
        if (!deliver_now(state, call, message, hand_over)) {
            sent = wait(state, call, message, by);
        }
    });
    return sent;
}

void Channel::end_held(State& state, Call& call, Error status, HandOver& hand_over, EndKind how) {
    if (call.state == Call::State::Moving || is_in_use(call)) {
        note_end(call, status);
        if (call.fixed() != nullptr && (how == EndKind::Forced || call.state == Call::State::Moving)) {
            call.fixed()->end(how);
        }
        return;
    }
    if (call.fixed() == nullptr) {
        finish(state, call, static_cast<u16>(status), hand_over);
        return;
    }
    if (call.state == Call::State::Ending) {
        call.fixed()->end(how);
        return;
    }
    note_end(call, status);
    const bool is_with_server = call.state == Call::State::Delivered && !call.fixed()->is_returning;
    const bool waits_for_server =
        how == EndKind::Asked && is_given_up(status) && is_with_server && call.fixed()->has_pins();
    if (!waits_for_server) {
        begin_ending(state, call, how);
    } else if (!call.fixed()->was_told) {
        recall(state, call, hand_over);
    }
}

/// Busy, InvalidArgument as of answer(); or what its caller gave it up with: nothing of the answer arrives.
Result<void> Channel::answer_held(State& state, Call& call, const Message& message, u16 status) {
    if (is_in_use(call)) {
        return Error::Busy;
    }
    if (message.slots > call.accept) {
        return Error::InvalidArgument;
    }
    if (call.ended != 0) {
        begin_ending(state, call, EndKind::Asked);
        return static_cast<Error>(call.ended);
    }
    message.copy_to(call.payload);
    call.length = message.length;
    call.method = status;
    const u8 slots = message.slots;
    transfer(message, call.ring->process(), call.slot, [&call] { return call.reserved.at(--call.accept); });
    call.slots = slots;
    call.fixed()->is_answered = true;
    begin_ending(state, call, EndKind::Asked);
    return {};
}

void Channel::begin_ending(State& state, Call& call, EndKind how) {
    call.fixed()->was_delivered = call.state == Call::State::Delivered;
    take_out_of_list(state, call);
    call.state = Call::State::Ending;
    call.leases = 0;
    call.fixed()->end(how);
}

void Channel::take_out_of_list(State& state, Call& call) {
    using enum Call::State;
    switch (call.state) {
    case Waiting:
        stop_waiting(call);
        state.waiting.remove(call);
        break;
    case Delivered: (is_to_be_told(call) ? state.given_up : state.delivered).remove(call); break;
    case GivenUp: state.given_up.remove(call); break;
    case Free:
    case Moving:
    case Ending: break;
    }
}

void Channel::recall(State& state, Call& call, HandOver& hand_over) {
    take_out_of_list(state, call);
    call.fixed()->was_told = call.fixed()->is_to_be_told = true;
    tell_of(state, call, hand_over);
}

bool Channel::begin_return(Call& call, HandOver& hand_over) {
    bool may_begin = false;
    state_.with([&](State& state) {
        may_begin = !is_in_use(call);
        if (!may_begin) {
            return;
        }
        call.fixed()->is_returning = true;
        if (call.state != Call::State::Delivered) {
            return;
        }
        if (call.ended != 0) {
            // It waited for its server, which has nothing of it any more.
            begin_ending(state, call, EndKind::Forced);
        } else if (!call.fixed()->was_told) {
            recall(state, call, hand_over);
        }
    });
    return may_begin;
}

bool Channel::finish_fixed(Call& call, FixedLeases& leases, HandOver& hand_over) {
    bool is_over = false;
    state_.with([&](State& state) {
        is_over = call.state == Call::State::Ending || call.state == Call::State::Moving;
        if (!is_over) {
            return;
        }
        const u16 status = call.ended;
        const bool tells_server = !leases.is_answered && leases.was_delivered && !leases.was_told &&
                                  call.tells_server() && is_given_up(static_cast<Error>(status)) && server_.is_open_;
        call.set_fixed(nullptr);
        call.copies = 0;
        if (leases.is_answered) {
            finish_answered(call, hand_over);
        } else if (tells_server) {
            give_up(state, call, status, hand_over);
        } else {
            settle(call);
            Chain* const chain = call.leave_chain();
            call.ring->finish_call(call, hand_over,
                                   [&](abi::Completion& completion) { write_result(completion, call.tag, status); });
            tell(chain, status);
        }
    });
    return is_over;
}

void Channel::finish_answered(Call& call, HandOver& hand_over) {
    settle(call);
    Chain* const chain = call.leave_chain();
    const u16 status = call.method;
    call.ring->finish_call(call, hand_over, [&](abi::Completion& completion) {
        write_result(completion, call.tag, status);
        completion.length = call.length;
        completion.slots = call.slots;
        ring::copy_payload(completion.payload, call.payload);
        completion.slot = call.slot;
    });
    tell(chain, status);
}

void Channel::end_lending(Call& call, FixedLeases& leases, EndKind how) {
    HandOver hand_over;
    state_.with([&](State& state) {
        const bool is_here = call.channel.load(std::memory_order_relaxed) == this;
        if (is_here && call.fixed() == &leases && !is_over(call, how)) {
            end(state, call, Error::Cancelled, hand_over, how);
        }
    });
    hand_over.wake_last();
}

} // namespace kernel::process
