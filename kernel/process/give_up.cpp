// Callers that give up a call, and servers that hear of it. The record stays the caller's; nothing is kept for the
// server.
#include "kernel/process/chain.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

using base::Error;

void Channel::give_up(State& state, Call& call, base::u16 status, HandOver& hand_over) {
    take_out_of_list(state, call);
    call.state = Call::State::GivenUp;
    call.leases = 0;
    call.ended = 0;
    call.ring->finish_early(call, hand_over,
                            [&](abi::Completion& completion) { write_result(completion, call.tag, status); });
    tell(call.leave_chain(), status);
    tell_of(state, call, hand_over);
}

void Channel::tell_of(State& state, Call& call, HandOver& hand_over) {
    const bool is_first = state.given_up.empty();
    state.given_up.push_back(call);
    if (is_first && server_.ring_ != nullptr && !server_.is_detaching_) {
        static_cast<void>(tell_given_up(state, false, hand_over));
    }
}

/// The first of them. False: there was no room.
bool Channel::tell_given_up(State& state, bool is_its_turn, HandOver& hand_over) {
    Call& call = *state.given_up.front();
    Ring& ring = *server_.ring_;
    // Another process never had it.
    bool is_told = call.server != &ring.process();
    if (!is_told) {
        is_told = ring.offer(server_, is_its_turn, 0, hand_over, [&](abi::Completion& completion, SlotReserve&) {
            write_notice(completion, server_.tag_, Error::Cancelled);
            completion.badge = call.badge;
            completion.reply = call.token.load(std::memory_order_relaxed);
        });
    }
    if (is_told && call.state == Call::State::Delivered) {
        take_out_of_list(state, call);
        call.fixed()->is_to_be_told = false;
        state.delivered.push_back(call);
    } else if (is_told) {
        let_go(state, call);
    }
    return is_told;
}

void Channel::let_go(State& state, Call& call) {
    state.given_up.remove(call);
    settle(call);
    call.ring->take_given_up_back(call);
}

void Channel::forget_call(Call& call) {
    state_.with([&](State& state) {
        if (call.channel.load(std::memory_order_relaxed) == this && call.state == Call::State::GivenUp) {
            let_go(state, call);
        }
    });
}

} // namespace kernel::process
