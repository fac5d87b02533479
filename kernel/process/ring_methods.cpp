#include "abi/arguments.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/event.hpp"
#include "kernel/process/interrupt.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/timer.hpp"

namespace kernel::process {

using abi::ObjectKind;
using base::Error;
using base::Result;

namespace {

Ring& ring_of(const Invocation& call) { return static_cast<Ring&>(call.object()); }

constexpr bool is_source(ObjectKind kind) {
    return kind == ObjectKind::ChannelServer || kind == ObjectKind::ChannelClient || kind == ObjectKind::Event ||
           kind == ObjectKind::Timer || kind == ObjectKind::Interrupt;
}

/// What is lent to be attached or detached. WrongType: nothing comes from it.
Result<Lent> resolve_source(const Invocation& call) {
    const abi::SlotWord word = call.slot_word(0);
    const capability::Slot* const slot = call.process.capabilities().find(word.handle());
    const ObjectKind kind = slot == nullptr ? ObjectKind::None : slot->target().kind();
    // A client hears that the other side is gone, which is no secret.
    const abi::Permissions needs = kind == ObjectKind::ChannelClient ? abi::Permissions{} : abi::kRead;
    const Lent lent = TRY(resolve_lent(call.process, word, kind, needs));
    return is_source(kind) ? Result<Lent>{lent} : Result<Lent>{Error::WrongType};
}

constexpr bool is_event(const Lent& lent) {
    const ObjectKind kind = lent.slot.target().kind();
    return kind == ObjectKind::Event || kind == ObjectKind::Timer || kind == ObjectKind::Interrupt;
}

/// The bits that a capability to an event shows: of one of one bit, that, unless its window leaves it out.
base::u64 shown_bits(const capability::Slot& slot) {
    const ObjectKind kind = slot.target().kind();
    if (kind == ObjectKind::Event) {
        return slot.qualifier();
    }
    return kind == ObjectKind::Interrupt && !shows_its_bit(slot.qualifier()) ? 0 : Timer::kBit;
}

Result<Event::Subscription> subscription_of(const abi::AttachArguments& wanted, const Lent& lent) {
    if ((wanted.flags & ~(abi::kTellLevel | abi::kClearTold)) != 0 || wanted.mask == 0) {
        return Error::InvalidArgument;
    }
    if ((wanted.mask & ~shown_bits(lent.slot)) != 0) {
        return Error::OutOfRange;
    }
    return Event::Subscription{.tag = wanted.tag,
                               .mask = wanted.mask,
                               .is_level = (wanted.flags & abi::kTellLevel) != 0,
                               .clears_told = (wanted.flags & abi::kClearTold) != 0};
}

Result<void> attach_end(const abi::AttachArguments& wanted, const Lent& lent, Ring& ring, HandOver& hand_over) {
    const base::u64 flags = lent.slot.target().kind() == ObjectKind::ChannelServer ? abi::kTakesPaged : 0;
    if (wanted.mask != 0 || (wanted.flags & ~flags) != 0) {
        return Error::InvalidArgument;
    }
    auto& end = static_cast<ChannelEnd&>(lent.slot.target());
    TRY(ring.fill_reserve());
    TRY(end.channel().attach(end, ring, wanted.tag, lent.slot, wanted.flags != 0));
    process_objects().expiries.add(end.attachment());
    // What finds no room has its turn later.
    static_cast<void>(ring.deliver_ready(hand_over));
    return {};
}

} // namespace

Result<Progress> attach(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::AttachArguments>();
    const Lent lent = TRY(resolve_source(call));
    HandOver& hand_over = call.submitter.hand_over;
    if (is_event(lent)) {
        const auto subscription = TRY(subscription_of(wanted, lent));
        auto& event = static_cast<Event&>(lent.slot.target());
        TRY(event.attach(ring_of(call), subscription, lent.slot, hand_over));
        process_objects().expiries.add(event.attachment());
    } else {
        TRY(attach_end(wanted, lent, ring_of(call), hand_over));
    }
    return Progress::Done;
}

Result<Progress> detach(const Invocation& call, Answer&) {
    const Lent lent = TRY(resolve_source(call));
    if (is_event(lent)) {
        TRY(static_cast<Event&>(lent.slot.target()).detach(ring_of(call)));
    } else {
        auto& end = static_cast<ChannelEnd&>(lent.slot.target());
        TRY(end.channel().detach(end, ring_of(call)));
    }
    return Progress::Done;
}

Result<Progress> cancel(const Invocation& call, Answer& answer) {
    const auto [tag] = call.arguments<std::array<base::u64, 1>>();
    // The calls of a ring are known to its own thread alone.
    if (&ring_of(call) != &call.ring) {
        return Error::InvalidArgument;
    }
    base::u64 cancelled = 0;
    call.ring.for_each_call([&](Call& other) {
        if (other.tag == tag && other.end(Error::Cancelled, call.submitter.hand_over)) {
            ++cancelled;
        }
    });
    // What has not begun comes first: it ends with what has.
    cancelled += call.ring.cut_chains(tag) + call.ring.give_up(tag, Error::Cancelled);
    answer.give(std::array{cancelled});
    return Progress::Done;
}

} // namespace kernel::process
