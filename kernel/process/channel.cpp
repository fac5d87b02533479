#include "kernel/process/channel.hpp"

#include "kernel/process/chain.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/kernel_caller.hpp"
#include "kernel/process/lease.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/waiting_call.hpp"

namespace kernel::process {

using abi::CompletionKind;
using base::Error;
using base::Result;
using base::u16;

Channel::Channel() : server_(abi::ObjectKind::ChannelServer, *this), client_(abi::ObjectKind::ChannelClient, *this) {
    add_reference();
}

void Channel::destroy(Channel& channel) { process_objects().channels.destroy(channel); }

Result<Channel::Sent> Channel::send(Call& call, const Message& message, HandOver& hand_over, const WaitsBy* by) {
    Result<Sent> sent = Sent::InFlight;
    state_.with([&](State& state) {
        if (!server_.is_open_) [[unlikely]] {
            sent = Error::PeerClosed;
            return;
        }
        if (deliver_now(state, call, message, hand_over)) [[likely]] {
            sent = call.is_one_way() ? Sent::Delivered : Sent::InFlight;
        } else if (const auto waits = wait(state, call, message, by); !waits) {
            call.channel.store(nullptr, std::memory_order_release);
            sent = waits.error();
        }
    });
    return sent;
}

// Part of its callers: the way of every call.
[[gnu::always_inline]] bool Channel::deliver_now(State& state, Call& call, const Message& message,
                                                 HandOver& hand_over) {
    const bool may_go = server_.ring_ != nullptr && state.waiting.empty() && !server_.is_detaching_;
    return may_go && deliver_call(state, call, message, false, hand_over);
}

[[gnu::noinline]] Result<void> Channel::wait(State& state, Call& call, const Message& message, const WaitsBy* by) {
    call.waiting = nullptr;
    if (call.ring != nullptr) {
        if (by == nullptr) {
            return Error::WouldBlock;
        }
        TRY(begin_waiting(call, *by));
    }
    if (call.leases == 0) {
        message.keep_in(call);
    }
    call.state = Call::State::Waiting;
    call.channel.store(this, std::memory_order_release);
    state.waiting.push_back(call);
    return {};
}

Result<void> Channel::send_from_kernel(Call& call, KernelCaller& caller, base::u64 badge, abi::KernelRequest method,
                                       base::u8 length, const Payload& payload, HandOver& hand_over) {
    call.ring = nullptr;
    call.kernel = &caller;
    call.length = length;
    call.slots = 0;
    call.method = static_cast<u16>(method);
    call.flags = 0;
    call.permissions = 0;
    call.badge = badge;
    TRY(send(call, Message{nullptr, length, 0, payload, call.slot}, hand_over));
    return {};
}

bool Channel::is_served_in(const object::AddressSpace& space) {
    bool is_it = false;
    state_.with([&](State&) { is_it = server_.ring_ != nullptr && server_.ring_->process().is_in(space); });
    return is_it;
}

bool Channel::deliver_call(State& state, Call& call, const Message& message, bool is_its_turn, HandOver& hand_over) {
    Ring& ring = *server_.ring_;
    if (!call.is_one_way()) {
        // Before the request is shown: its answer may come at once, and looks at this without the lock.
        call.server.store(&ring.process(), std::memory_order_relaxed);
        call.channel.store(this, std::memory_order_release);
    }
    // Who passes a call on does not wait for it, nor who sends one that has no answer.
    hand_over.set_is_call(!is_its_turn && !call.is_one_way() && call.state != Call::State::Moving);
    const bool is_in =
        ring.offer(server_, is_its_turn, call.slots, hand_over, [&](abi::Completion& completion, SlotReserve& reserve) {
            write_request(completion, call, server_.tag_);
            if (call.leases == 0) [[likely]] {
                message.copy_to(completion.payload);
            } else {
                message.copy_all_to(completion.payload);
            }
            transfer(message, ring.process(), completion.slot, [&reserve] { return reserve.take(); });
        });
    hand_over.set_is_call(false);
    if (is_in && !call.is_one_way()) {
        call.state = Call::State::Delivered;
        ring.process().note_service();
        state.delivered.push_back(call);
        lend_rank(call, ring);
    }
    return is_in;
}

void Channel::lend_rank(Call& call, Ring& ring) {
    // To itself it is nothing.
    if (call.ring != nullptr && call.ring != &ring && call.ring->rank().is_above(ring.rank())) [[unlikely]] {
        call.ring->lend(*call.lent, ring);
    }
}

void Channel::lend_rank_of(Call& call) {
    state_.with([&](const State&) {
        const bool is_here = call.channel.load(std::memory_order_relaxed) == this &&
                             call.state == Call::State::Delivered && server_.ring_ != nullptr;
        if (is_here) {
            lend_rank(call, *server_.ring_);
        }
    });
}

Result<void> Channel::answer(Call& call, abi::Handle token, const Message& message, u16 status, HandOver& hand_over) {
    Result<void> answered = Error::BadHandle;
    state_.with([&](State& state) {
        if (!is_delivered_to(call, token, message.sender)) [[unlikely]] {
            return;
        }
        if (message.slots > call.accept || call.copies != 0) [[unlikely]] {
            answered = answer_held(state, call, message, status);
            return;
        }
        leave(state, call);
        if (call.ring == nullptr) [[unlikely]] {
            tell_kernel(call, status);
            answered = {};
            return;
        }
        Chain* const chain = call.leave_chain();
        call.ring->finish_call(call, hand_over, [&](abi::Completion& completion) {
            write_result(completion, call.tag, status);
            completion.length = message.length;
            completion.slots = message.slots;
            message.copy_to(completion.payload);
            transfer(message, call.ring->process(), completion.slot,
                     [&call] { return call.reserved.at(--call.accept); });
        });
        tell(chain, status);
        answered = {};
    });
    return answered;
}

void Channel::tell_kernel(Call& call, u16 status) {
    call.channel.store(nullptr, std::memory_order_release);
    call.kernel->note_over(status);
}

bool Channel::is_delivered_to(const Call& call, abi::Handle token, const Process* server) const {
    return call.channel.load(std::memory_order_relaxed) == this && call.state == Call::State::Delivered &&
           call.server == server && token.word() == call.token.load(std::memory_order_relaxed);
}

Result<Channel::Lease> Channel::begin_copy(Call& call, abi::Handle token, const Process& server, base::u64 index) {
    constexpr base::u8 kMostCopies = 255;
    Result<Lease> lease = Error::BadHandle;
    state_.with([&](State&) {
        if (!is_delivered_to(call, token, &server) || call.ended != 0) {
            return;
        }
        if (index >= call.leases || call.copies == kMostCopies) {
            lease = index >= call.leases ? Error::OutOfRange : Error::Busy;
            return;
        }
        if (call.fixed() != nullptr && call.fixed()->is_returning) {
            lease = Error::Revoked;
            return;
        }
        // One that is being destroyed is about to end it.
        auto caller = base::RefPtr<Ring>::share_if_alive(*call.ring);
        if (!caller) {
            return;
        }
        ++call.copies;
        lease = Lease{std::move(caller), word_of_lease(call, index), range_of_lease(call, index), call.fixed()};
    });
    return lease;
}

void Channel::end_copy(Call& call, HandOver& hand_over) {
    state_.with([&](State& state) {
        --call.copies;
        if (call.fixed() != nullptr) {
            call.fixed()->kick();
        }
        if (call.ended != 0) {
            const bool is_forced = call.fixed() != nullptr && call.fixed()->is_forced();
            end(state, call, static_cast<Error>(call.ended), hand_over, is_forced ? EndKind::Forced : EndKind::Asked);
        }
    });
}

void Channel::end(State& state, Call& call, Error status, HandOver& hand_over, EndKind how) {
    if (call.copies == 0 && call.state != Call::State::Moving) [[likely]] {
        finish(state, call, static_cast<u16>(status), hand_over);
    } else {
        end_held(state, call, status, hand_over, how);
    }
}

// Part of its callers, by the link.
[[gnu::always_inline]] void Channel::leave(State& state, Call& call) {
    (call.state == Call::State::Waiting ? state.waiting : state.delivered).remove(call);
    settle(call);
}

// Part of its callers: the way of every answer.
[[gnu::always_inline]] void Channel::settle(Call& call) {
    call.state = Call::State::Free;
    call.leases = 0;
    call.ended = 0;
    call.renew();
}

void Channel::finish(State& state, Call& call, u16 status, HandOver& hand_over) {
    const bool is_given_up =
        status == static_cast<u16>(Error::Cancelled) || status == static_cast<u16>(Error::TimedOut);
    if (is_given_up && call.state == Call::State::Delivered && call.tells_server()) {
        give_up(state, call, status, hand_over);
        return;
    }
    if (call.state == Call::State::Moving) {
        settle(call);
    } else {
        if (call.state == Call::State::Waiting) {
            stop_waiting(call);
        }
        leave(state, call);
    }
    if (call.ring == nullptr) [[unlikely]] {
        tell_kernel(call, status);
        return;
    }
    Chain* const chain = call.leave_chain();
    call.ring->finish_call(call, hand_over,
                           [&](abi::Completion& completion) { write_result(completion, call.tag, status); });
    tell(chain, status);
}

bool Channel::is_over(const Call& call, EndKind how) {
    using enum Call::State;
    const bool has_result = call.state == Free || call.state == GivenUp;
    return has_result || (how == EndKind::Asked && (call.state == Call::State::Ending || call.ended != 0));
}

Channel::Found Channel::end_call(Call& call, Error status, HandOver& hand_over, EndKind how) {
    Found found = Found::Elsewhere;
    state_.with([&](State& state) {
        if (call.channel.load(std::memory_order_acquire) == this) {
            found = is_over(call, how) ? Found::Over : Found::Here;
        }
        if (found == Found::Here) {
            end(state, call, status, hand_over, how);
        }
    });
    return found;
}

bool Channel::end_service(Call& call, const Process& server, HandOver& hand_over) {
    bool is_it = false;
    state_.with([&](State& state) {
        const bool is_its = call.channel.load(std::memory_order_relaxed) == this && call.server == &server;
        if (is_its && call.state == Call::State::GivenUp) {
            let_go(state, call);
        }
        is_it = is_its && call.state == Call::State::Delivered;
        if (is_it) {
            end(state, call, Error::PeerClosed, hand_over, EndKind::Forced);
        }
    });
    return is_it;
}

bool Channel::deliver(ChannelEnd& end, Ring& ring, HandOver& hand_over) {
    bool has_room = true;
    state_.with([&](State& state) {
        if (end.ring_ != &ring) {
            return;
        }
        if (end.is_detaching_) {
            has_room = tell_detached(end, true, hand_over);
            return;
        }
        const bool is_server = &end == &server_;
        if (is_server && !state.given_up.empty()) {
            has_room = tell_given_up(state, true, hand_over);
        } else if (is_server && !state.waiting.empty()) {
            has_room = deliver_waiting(state, hand_over);
        } else {
            has_room = tell_closed(end, true, hand_over);
        }
        if (has_room && has_news(state, end)) {
            ring.mark_ready(end);
        }
    });
    return has_room;
}

bool Channel::deliver_waiting(State& state, HandOver& hand_over) {
    Call& call = *state.waiting.pop_front();
    Process* const sender = call.ring == nullptr ? nullptr : &call.ring->process();
    const Message message{sender, call.length, call.slots, call.payload, call.slot};
    if (!deliver_call(state, call, message, true, hand_over)) {
        state.waiting.push_front(call);
        return false;
    }
    stop_waiting(call);
    if (call.is_one_way()) {
        call.state = Call::State::Free;
        Chain* const chain = call.leave_chain();
        call.ring->finish_call_quietly(call);
        tell(chain, 0);
    }
    return true;
}

} // namespace kernel::process
