// The ends of a channel: where they are attached, what they are told, and how they close.
#include "kernel/process/channel_end.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

bool Channel::tell_closed(ChannelEnd& end, bool is_its_turn, HandOver& hand_over) {
    if (end.was_told_ || other(end).is_open_ || end.is_detaching_) {
        return true;
    }
    const base::u64 tag = end.tag_;
    end.was_told_ = end.ring_->offer(end, is_its_turn, 0, hand_over, [tag](abi::Completion& completion, SlotReserve&) {
        write_notice(completion, tag, Error::PeerClosed);
    });
    return end.was_told_;
}

/// Whether its last item is in the ring, which then knows nothing of it any more.
bool Channel::tell_detached(ChannelEnd& end, bool is_its_turn, HandOver& hand_over) {
    const base::u64 tag = end.tag_;
    const bool is_told =
        end.ring_->offer(end, is_its_turn, 0, hand_over, [tag](abi::Completion& completion, SlotReserve&) {
            write_notice(completion, tag, Error::Revoked);
        });
    if (is_told) {
        unlink(end);
    }
    return is_told;
}

void Channel::end_attachment(ChannelEnd& end, HandOver& hand_over) {
    state_.with([&](State&) {
        const bool is_attached_again = end.with_tree([&end] { return end.attachment().is_in_tree(); });
        if (end.ring_ != nullptr && !is_attached_again) {
            end.is_detaching_ = true;
            static_cast<void>(tell_detached(end, false, hand_over));
        }
    });
}

bool Channel::has_news(State& state, ChannelEnd& end) {
    const bool has_calls = !state.waiting.empty() || !state.given_up.empty();
    return (&end == &server_ && has_calls) || (!end.was_told_ && !other(end).is_open_);
}

Result<void> Channel::attach(ChannelEnd& end, Ring& ring, base::u64 tag, capability::Slot& through, bool takes_paged) {
    Result<void> attached;
    state_.with([&](State& state) {
        if (!end.is_open_) {
            attached = Error::BadState;
            return;
        }
        unlink(end);
        if (!ring.add_source(end)) {
            attached = Error::BadState;
            return;
        }
        end.ring_ = &ring;
        end.tag_ = tag;
        end.was_told_ = false;
        end.takes_paged_ = takes_paged;
        attached = end.attach_by(through, end);
        if (!attached) {
            unlink(end);
            return;
        }
        if (has_news(state, end)) {
            ring.mark_ready(end);
        }
    });
    return attached;
}

Result<void> Channel::detach(ChannelEnd& end, Ring& ring) {
    Result<void> detached = Error::BadState;
    state_.with([&](State&) {
        if (end.ring_ == &ring) {
            unlink(end);
            detached = {};
        }
    });
    return detached;
}

void Channel::unlink(ChannelEnd& end) {
    if (end.ring_ != nullptr) {
        end.ring_->remove_source(end);
        end.ring_ = nullptr;
        end.is_detaching_ = false;
        end.takes_paged_ = false;
        end.remove_use(end.attachment());
    }
}

void Channel::close(ChannelEnd& end) {
    HandOver hand_over;
    state_.with([&](State& state) {
        unlink(end);
        end.is_open_ = false;
        ChannelEnd& peer = other(end);
        if (&peer == &server_ && (!state.waiting.empty() || !state.given_up.empty())) {
            return;
        }
        if (peer.ring_ != nullptr) {
            tell_closed(peer, false, hand_over);
        }
    });
    hand_over.wake_last();
    if (&end == &server_) {
        add_reference();
        processor::this_processor().threads.add(closing_);
    }
}

bool Channel::Closing::run(processor::LongWork& work) {
    constexpr int kSlice = 32;
    Channel& channel = static_cast<Closing&>(work).channel;
    bool is_over = false;
    HandOver hand_over;
    channel.state_.with([&](State& state) {
        for (int i = 0; i < kSlice && !is_over; ++i) {
            is_over = !channel.end_one(state, hand_over);
        }
    });
    hand_over.wake_last();
    return is_over && static_cast<Closing&>(work).leave();
}

/// False: there is no call any more.
bool Channel::end_one(State& state, HandOver& hand_over) {
    Call* const given_up = state.given_up.front();
    if (given_up != nullptr && given_up->state == Call::State::GivenUp) {
        let_go(state, *given_up);
        return true;
    }
    Call* const sent = state.waiting.empty() ? state.delivered.front() : state.waiting.front();
    Call* const call = given_up != nullptr ? given_up : sent;
    if (call != nullptr) {
        end(state, *call, Error::PeerClosed, hand_over, EndKind::Forced);
    }
    return call != nullptr;
}

/// Whether nobody can look at the channel any more who saw it through one of its calls, which are over; then it may be
/// gone.
bool Channel::Closing::leave() {
    auto& epochs = core::kernel().epochs;
    if (over_at == 0) {
        over_at = epochs.now();
    }
    epochs.advance();
    const bool is_forgotten = epochs.is_over(over_at);
    if (is_forgotten) {
        channel.drop_reference();
    }
    return is_forgotten;
}

ChannelEnd::ChannelEnd(abi::ObjectKind kind, Channel& channel)
    : Object(
          kind, [](Object& end) { static_cast<ChannelEnd&>(end).channel().drop_reference(); },
          [](Object& end) { static_cast<ChannelEnd&>(end).channel().close(static_cast<ChannelEnd&>(end)); }),
      channel_(channel) {}

bool ChannelEnd::deliver(Ring& ring, HandOver& hand_over) { return channel_.deliver(*this, ring, hand_over); }

void ChannelEnd::end_attachment(HandOver& hand_over) { channel_.end_attachment(*this, hand_over); }

void ChannelEnd::detach_from(Ring& ring) { static_cast<void>(channel_.detach(*this, ring)); }

} // namespace kernel::process
