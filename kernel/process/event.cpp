#include "kernel/process/event.hpp"

#include "kernel/process/ring.hpp"

namespace kernel::process {

using base::u64;

Event::Event(abi::ObjectKind kind, End end, End closed) : Object(kind, end, closed) {}

u64 Event::news(const State& state) {
    return (state.subscription.is_level ? state.set : state.untold) & state.subscription.mask;
}

void Event::set(State& state, u64 bits) {
    state.set |= bits;
    state.untold |= bits;
}

void Event::write(abi::Completion& completion, State& state) {
    const u64 told = news(state);
    write_notice(completion, state.subscription.tag);
    completion.badge = told;
    state.untold &= ~told;
    state.set &= state.subscription.clears_told ? ~told : ~u64{0};
}

void Event::signal(u64 bits, HandOver& hand_over) {
    state_.with([&](State& state) {
        set(state, bits);
        if (state.ring != nullptr && !state.is_detaching && news(state) != 0) {
            tell(state, false, hand_over);
        }
    });
}

bool Event::tell(State& state, bool is_its_turn, HandOver& hand_over) {
    const bool is_told = state.ring->offer_one(*this, is_its_turn, hand_over,
                                               [&](abi::Completion& completion) { write(completion, state); });
    if (is_told && news(state) != 0) {
        state.ring->mark_ready(*this);
    }
    return is_told;
}

void Event::clear(u64 bits) {
    state_.with([bits](State& state) {
        state.set &= ~bits;
        state.untold &= ~bits;
    });
}

u64 Event::bits() {
    return state_.with([](State& state) { return state.set; });
}

base::Result<void> Event::attach(Ring& ring, const Subscription& subscription, capability::Slot& through,
                                 HandOver& hand_over) {
    base::Result<void> attached;
    state_.with([&](State& state) {
        unlink(state);
        if (!ring.add_source(*this)) {
            attached = base::Error::BadState;
            return;
        }
        state.ring = &ring;
        attached = attach_by(through, *this);
        if (!attached) {
            unlink(state);
            return;
        }
        state.subscription = subscription;
        state.untold = state.set;
        if (news(state) != 0) {
            tell(state, false, hand_over);
        }
    });
    return attached;
}

base::Result<void> Event::detach(Ring& ring) {
    base::Result<void> detached = base::Error::BadState;
    state_.with([&](State& state) {
        if (state.ring == &ring) {
            unlink(state);
            detached = {};
        }
    });
    return detached;
}

void Event::close() {
    state_.with([this](State& state) { unlink(state); });
}

void Event::unlink(State& state) {
    if (state.ring != nullptr) {
        state.ring->remove_source(*this);
        state.ring = nullptr;
        state.is_detaching = false;
        remove_use(attachment());
    }
}

bool Event::tell_detached(State& state, bool is_its_turn, HandOver& hand_over) {
    const u64 tag = state.subscription.tag;
    const bool is_told =
        state.ring->offer(*this, is_its_turn, 0, hand_over, [tag](abi::Completion& completion, SlotReserve&) {
            write_notice(completion, tag, base::Error::Revoked);
        });
    if (is_told) {
        unlink(state);
    }
    return is_told;
}

void Event::end_attachment(HandOver& hand_over) {
    state_.with([&](State& state) {
        const bool is_attached_again = with_tree([this] { return attachment().is_in_tree(); });
        if (state.ring != nullptr && !is_attached_again) {
            state.is_detaching = true;
            static_cast<void>(tell_detached(state, false, hand_over));
        }
    });
}

bool Event::deliver(Ring& ring, HandOver& hand_over) {
    bool has_room = true;
    state_.with([&](State& state) {
        if (state.ring != &ring) {
            return;
        }
        if (state.is_detaching) {
            has_room = tell_detached(state, true, hand_over);
        } else if (news(state) != 0) {
            has_room = tell(state, true, hand_over);
        }
    });
    return has_room;
}

} // namespace kernel::process
