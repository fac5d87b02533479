#include "kernel/process/fast_path.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/event.hpp"
#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/results.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/capability/check.hpp"

namespace kernel::process {

using base::u16;
using thread::Thread;

namespace {

/// Whether `slot` may be used so now.
bool may_use(const capability::Slot& slot, capability::SlotState state, capability::Need need) {
    return capability::admit(slot, state, need, [] { return core::kernel().clock.now(); }).has_value();
}

/// The slot through which it may call; null: there is none.
const capability::Slot* find_client(const Process& process, abi::Handle handle) {
    const capability::Slot* const slot = process.capabilities().find(handle);
    if (slot == nullptr) {
        return nullptr;
    }
    const capability::SlotState state = slot->state();
    const abi::Permissions held = abi::Permissions{state.get<capability::SlotLayout::Effective>()} & kCallPermissions;
    const capability::Need need{.kind = abi::ObjectKind::ChannelClient, .permissions = held};
    return !held.is_empty() && may_use(*slot, state, need) ? slot : nullptr;
}

/// Of a signal that wants no result.
constexpr abi::MethodEntry kSignal =
    *abi::find_method(abi::object_method(abi::ObjectKind::Event, static_cast<base::u8>(abi::EventMethod::Signal)));
constexpr ring::Head kSignalHead{base::u64{kSignal.argument_bytes} << 32 |
                                 base::u64{static_cast<u16>(abi::SubmissionFlag::Quiet)} << 16 | kSignal.method};

/// The slot through which it may signal `bits`; null: there is none.
const capability::Slot* find_event(const Process& process, abi::Handle handle, base::u64 bits) {
    const capability::Slot* const slot = process.capabilities().find(handle);
    const bool may_signal = slot != nullptr &&
                            may_use(*slot, slot->state(), {.kind = kSignal.kind, .permissions = kSignal.needs}) &&
                            (bits & ~slot->qualifier()) == 0;
    return may_signal ? slot : nullptr;
}

} // namespace

/// Whether a thread waits there, on this processor or ready to come, for no more than one completion, and may run on
/// what the submitting one runs on: a server of its caller's rank; who is answered as when it called.
template <FastPath::For kFor>
[[gnu::always_inline]] bool FastPath::is_woken_by_one(const Batch& batch, const Ring& ring, const Ring::State& other) {
    if (other.waiter == nullptr || other.queues.unread() + 1 < other.wanted) {
        return false;
    }
    Thread& waiter = *other.waiter;
    const thread::Standing standing = batch.thread.standing();
    bool is_due = (kFor == For::Answer ? waiter.standing() : waiter.own_standing()) == standing;
    if constexpr (kFor == For::Call) {
        is_due = is_due || is_peer(batch, ring, waiter);
    }
    return is_due && (waiter.is_parked_where(batch.thread) || take_over(ring, waiter));
}

[[gnu::noinline, gnu::cold, clang::preserve_most]] bool FastPath::is_peer(const Batch& batch, const Ring& ring,
                                                                          const Thread& waiter) {
    return waiter.own_standing().rank() == batch.thread.standing().rank() && !batch.ring.rank_.is_above(ring.rank_);
}

/// From another processor, where it sleeps: nobody interrupts that.
[[gnu::noinline, gnu::cold, clang::preserve_most]] bool FastPath::take_over(const Ring& ring, Thread& waiter) {
    return !ring.is_tied() && waiter.take_over();
}

// All of it is part of its one caller, by the link.
[[gnu::always_inline]] Thread* FastPath::submit(Process& process, Ring& ring, Thread& thread) {
    const abi::Submission* const entry = ring.sole_entry();
    if (entry == nullptr) {
        return nullptr;
    }
    const Batch batch{process,
                      ring,
                      thread,
                      *entry,
                      abi::Handle{ring::load_once(entry->capability)},
                      ring::Head{ring::load_pair(entry->method)}};
    const bool is_token = batch.capability.is_in_space() && batch.capability.is_reply_token();
    return is_token ? answer(batch) : call(batch);
}

[[gnu::always_inline]] Thread* FastPath::call(const Batch& batch) {
    if (abi::class_of(batch.head.method()) != abi::MethodClass::Protocol || !batch.head.is_plain(0)) [[unlikely]] {
        return batch.head.word() == kSignalHead.word()
                   ? signal(batch.process, batch.ring, batch.thread, batch.entry, batch.capability)
                   : nullptr;
    }
    const capability::Slot* const slot = find_client(batch.process, batch.capability);
    if (slot == nullptr) {
        return nullptr;
    }
    Channel& channel = static_cast<ChannelEnd&>(slot->target()).channel();
    Thread* next = nullptr;
    channel.state_.with([&] [[gnu::always_inline]] (Channel::State & state) {
        const ChannelEnd& server = channel.server_;
        Ring* const to = server.ring_;
        if (to == nullptr || to == &batch.ring || !server.is_open_ || server.is_detaching_ || !state.waiting.empty()) {
            return;
        }
        Ring::Shared::with_both(batch.ring.state_, to->state_,
                                [&] [[gnu::always_inline]] (Ring::State & own, Ring::State & other) {
                                    const bool has_room = other.queues.has_window_place() && other.is_plain();
                                    if (!has_room || !is_woken_by_one<For::Call>(batch, *to, other) || !can_wait(own)) {
                                        return;
                                    }
                                    Call* const sent = take_call(batch.ring, own);
                                    if (sent == nullptr) {
                                        return;
                                    }
                                    fill(*sent, batch, *slot, channel, *to);
                                    state.delivered.push_back(*sent);
                                    own.queues.keep_sole(true);
                                    abi::Completion& completion = other.queues.add_item();
                                    write_request(completion, *sent, server.tag_);
                                    copy_payload(batch, completion);
                                    next = hand_over(batch, own, other);
                                });
    });
    return next;
}

[[gnu::always_inline]] Thread* FastPath::answer(const Batch& batch) {
    if (!batch.head.is_plain_answer(static_cast<u16>(abi::SubmissionFlag::Quiet))) {
        return nullptr;
    }
    Call* const call = process_objects().calls.find(batch.capability);
    // Whether the token names it is seen under the lock of the channel that it is in.
    Channel* const channel = call == nullptr ? nullptr : call->channel.load(std::memory_order_acquire);
    if (channel == nullptr) {
        return nullptr;
    }
    Thread* next = nullptr;
    channel->state_.with([&] [[gnu::always_inline]] (Channel::State & state) {
        if (!channel->is_delivered_to(*call, batch.capability, &batch.process) || call->copies != 0 ||
            call->ring == nullptr || call->chain != nullptr || call->ring == &batch.ring) {
            return;
        }
        Ring::Shared::with_both(
            batch.ring.state_, call->ring->state_, [&] [[gnu::always_inline]] (Ring::State & own, Ring::State & other) {
                if (!other.lent.empty() || !is_woken_by_one<For::Answer>(batch, *call->ring, other) || !can_wait(own)) {
                    return;
                }
                Channel::leave(state, *call);
                own.queues.keep_sole(false);
                abi::Completion& completion = other.queues.finish();
                write_result(completion, call->tag, batch.head.method());
                completion.length = batch.head.length();
                copy_payload(batch, completion);
                other.put_back(*call);
                next = hand_over(batch, own, other);
            });
    });
    // Its deadline, if it has one, is in the timers of this processor: its caller waits here, and has not come for
    // this.
    if (next != nullptr) {
        call->disarm();
    }
    return next;
}

[[gnu::noinline]] Thread* FastPath::signal(Process& process, Ring& ring, Thread& thread, const abi::Submission& entry,
                                           abi::Handle capability) {
    const Batch batch{process, ring, thread, entry, capability, kSignalHead};
    const base::u64 bits = ring::load_word(batch.entry.payload, 0);
    const capability::Slot* const slot = find_event(batch.process, batch.capability, bits);
    if (slot == nullptr) {
        return nullptr;
    }
    Event& event = static_cast<Event&>(slot->target());
    Thread* next = nullptr;
    event.state_.with([&] [[gnu::always_inline]] (Event::State & state) {
        Ring* const to = state.ring;
        const bool has_news = ((state.untold | bits) & state.subscription.mask) != 0;
        // What is told by level may be told once more at once.
        if (to == nullptr || to == &batch.ring || state.is_detaching || state.subscription.is_level || !has_news) {
            return;
        }
        Ring::Shared::with_both(batch.ring.state_, to->state_,
                                [&] [[gnu::always_inline]] (Ring::State & own, Ring::State & other) {
                                    if (!other.has_room_for_one(event) || !other.is_plain() ||
                                        !is_woken_by_one<For::Signal>(batch, *to, other) || !can_wait(own)) {
                                        return;
                                    }
                                    Event::set(state, bits);
                                    own.queues.keep_sole(false);
                                    Event::write(other.add_one(event), state);
                                    next = hand_over(batch, own, other);
                                });
    });
    return next;
}

/// Whether nothing keeps the submitting thread from waiting for one completion. All that the program read is counted.
[[gnu::always_inline]] bool FastPath::can_wait(Ring::State& own) {
    return own.is_plain() && !own.reserve.lacks() && own.queues.note_all_read() && own.queues.has_result_place();
}

[[gnu::always_inline]] Thread* FastPath::hand_over(const Batch& batch, Ring::State& own, Ring::State& other) {
    other.queues.publish_completions();
    own.waiter = &batch.thread;
    own.wanted = 1;
    return std::exchange(other.waiter, nullptr);
}

/// One that is ready to be sent; null: there is none.
[[gnu::always_inline]] Call* FastPath::take_call(Ring& ring, Ring::State& own) {
    Call*& first = ring.free_calls_ != nullptr ? ring.free_calls_ : own.over;
    Call* const call = first;
    if (call == nullptr || call->accept != 0 || call->is_armed()) {
        return nullptr;
    }
    first = call->next;
    return call;
}

[[gnu::always_inline]] void FastPath::fill(Call& call, const Batch& batch, const capability::Slot& slot,
                                           Channel& channel, Ring& server) {
    call.length = batch.head.length();
    call.slots = 0;
    call.method = batch.head.method();
    call.flags = 0;
    call.permissions = slot.state().get<capability::SlotLayout::Effective>();
    call.badge = slot.qualifier();
    call.tag = ring::load_once(batch.entry.tag);
    if (const base::u64 deadline = ring::load_once(batch.entry.deadline); deadline != 0) {
        call.arm(deadline);
    }
    call.state = Call::State::Delivered;
    // Before the request is shown: its answer may come at once, and looks at this without the lock.
    call.server.store(&server.process(), std::memory_order_relaxed);
    call.channel.store(&channel, std::memory_order_release);
    server.process().note_service();
}

[[gnu::always_inline]] void FastPath::copy_payload(const Batch& batch, abi::Completion& completion) {
    if (batch.head.length() != 0) {
        ring::copy_payload(completion.payload, batch.entry.payload);
    }
}

} // namespace kernel::process
