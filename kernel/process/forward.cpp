// How a call goes on from one channel to another. It is on the way between two locks: where it goes to knows it by
// then, and whoever ends it meanwhile leaves that to who moves it.
#include "kernel/process/channel.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;

Result<RefPtr<Ring>> Channel::take_out(Call& call, abi::Handle token, const Process& server, base::u8 length,
                                       Channel& to) {
    Result<RefPtr<Ring>> caller = Error::BadHandle;
    state_.with([&](State& state) {
        if (!is_delivered_to(call, token, &server) || call.ended != 0) {
            return;
        }
        if (call.ring == nullptr || call.copies != 0) {
            const bool is_possible = call.ring != nullptr && call.fixed() == nullptr;
            caller = is_possible ? Error::Busy : Error::Unsupported;
            return;
        }
        if (length + call.leases * sizeof(abi::LeaseRange) > abi::kPayloadBytes) {
            caller = Error::InvalidArgument;
            return;
        }
        // One that is being destroyed is about to end it.
        if (auto ring = RefPtr<Ring>::share_if_alive(*call.ring)) {
            state.delivered.remove(call);
            ring->take_back(*call.lent);
            call.state = Call::State::Moving;
            call.channel.store(&to, std::memory_order_release);
            caller = std::move(ring);
        }
    });
    return caller;
}

Result<void> Channel::take_in(Call& call, Channel& from, HandOver& hand_over, const WaitsBy* by) {
    Result<void> taken;
    state_.with([&](State& state) {
        if (call.ended != 0) {
            finish(state, call, call.ended, hand_over);
            taken = Error::BadHandle;
            return;
        }
        if (!server_.is_open_) {
            call.channel.store(&from, std::memory_order_release);
            taken = Error::PeerClosed;
            return;
        }
        taken = place_moved(state, call, from, hand_over, by);
    });
    return taken;
}

Result<void> Channel::place_moved(State& state, Call& call, Channel& from, HandOver& hand_over, const WaitsBy* by) {
    const base::u64 token = call.token.load(std::memory_order_relaxed);
    Process* const server = call.server.load(std::memory_order_relaxed);
    call.renew();
    const Message message{nullptr, call.length, call.slots, call.payload, call.slot};
    if (deliver_now(state, call, message, hand_over)) {
        return {};
    }
    const auto waits = wait(state, call, message, by);
    if (!waits) {
        // Nobody has seen the other token.
        call.token.store(token, std::memory_order_relaxed);
        call.server.store(server, std::memory_order_relaxed);
        call.channel.store(&from, std::memory_order_release);
    }
    return waits;
}

void Channel::take_back(Call& call, HandOver& hand_over) {
    state_.with([&](State& state) {
        if (call.ended != 0 || !server_.is_open_) {
            const auto closed = static_cast<base::u16>(Error::PeerClosed);
            finish(state, call, call.ended != 0 ? call.ended : closed, hand_over);
            return;
        }
        call.state = Call::State::Delivered;
        state.delivered.push_back(call);
        if (server_.ring_ != nullptr) {
            lend_rank(call, *server_.ring_);
        }
    });
}

} // namespace kernel::process
