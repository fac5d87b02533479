#include "kernel/process/ring.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::process {

using base::Result;
using base::u32;
using base::u64;

Ring::Ring(base::RefPtr<Process> process, RingPlace&& place, const ring::Shape& shape)
    : Object(abi::ObjectKind::Ring, [](Object& object) { static_cast<Ring&>(object).drop_reference(); }),
      process_owner_(std::move(process)), process_(*process_owner_), place_(std::move(place)), shape_(shape),
      state_(place_, shape) {}

Ring::~Ring() {
    Call* next = calls_.load(std::memory_order_relaxed);
    while (next != nullptr) {
        Call& call = *std::exchange(next, next->lent->next_call());
        process_objects().lent_ranks.destroy(*std::exchange(call.lent, nullptr));
        process_objects().calls.release(call, process_.budget());
    }
}

void Ring::destroy(Ring& ring) {
    ring.process_.remove_ring(ring);
    ring.close();
    process_objects().rings.destroy(ring);
}

void Ring::close() {
    detach_all();
    HandOver hand_over;
    for_each_call([&](Call& call) {
        static_cast<void>(call.end(base::Error::Cancelled, hand_over, EndKind::Forced));
        call.forget();
    });
    hand_over.wake_last();
    static_cast<void>(give_up({}, base::Error::Cancelled));
    has_over_ = true;
    take_calls_back();
    process_objects().inheritance.close(rank_);
}

void Ring::detach_all() {
    for (;;) {
        Source* source = nullptr;
        SlotReserve reserve;
        state_.with([&](State& state) {
            state.is_closed = true;
            source = state.attached.front();
            reserve = std::exchange(state.reserve, {});
        });
        while (reserve.covers(1)) {
            process_.capabilities().give_back(reserve.take());
        }
        if (source == nullptr) {
            return;
        }
        source->detach_from(*this);
    }
}

void Ring::forget_deadline() {
    if (has_deadline_.load(std::memory_order_relaxed)) {
        has_deadline_.store(false, std::memory_order_relaxed);
        static_cast<void>(processor::this_processor().timers.cancel(deadline_));
    }
}

bool Ring::leave_processor() {
    forget_deadline();
    return ties_.load(std::memory_order_relaxed) == 0;
}

void Ring::unbind() {
    forget_deadline();
    // Their deadlines are in the timers of this processor.
    for_each_call([](Call& call) { call.disarm(); });
    give_chains_up();
    state_.with([](State& state) { static_cast<void>(state.take_waiter()); });
    process_objects().inheritance.unbind(rank_);
    is_bound_.store(false, std::memory_order_release);
}

void Ring::State::show(HandOver& hand_over) {
    queues.publish();
    if (waiter != nullptr && queues.unread() >= wanted) {
        hand_over.wake(*take_waiter());
    }
}

[[gnu::noinline, gnu::cold, clang::preserve_most]] void Ring::State::set_parked(bool is_parked) {
    process_objects().inheritance.set_parked(lent, is_parked);
}

void Ring::State::lend(LentRank& rank, RingRank& holder, bool is_parked) {
    if (!LentRankList::is_linked(rank) && lent.count() < Inheritance::kMostLent) {
        lent.push_back(rank);
        process_objects().inheritance.lend(rank, holder, is_parked);
    }
}

void Ring::State::take_back(LentRank& rank) {
    if (LentRankList::is_linked(rank)) [[unlikely]] {
        lent.remove(rank);
        process_objects().inheritance.take_back(rank);
    }
}

void Ring::State::take_back(Call& call) {
    take_back(*call.lent);
    put_back(call);
}

void Ring::State::put_back(Call& call) {
    // Under this lock: a ring that closes sees the call with its channel, and waits for that, or back.
    call.channel.store(nullptr, std::memory_order_release);
    call.next = std::exchange(over, &call);
}

// Part of its one caller, by the link: what each function saves and clears costs more than what it does.
[[gnu::always_inline]] Result<Ring::Begun> Ring::begin(u64 count, u32 most) {
    return state_.with([&](State& state) -> Result<Begun> {
        has_over_ = state.over != nullptr;
        const u32 ready = TRY(state.queues.look());
        const u32 asked = static_cast<u32>(std::min<u64>(ready, count));
        return Begun{.count = state.queues.take_some(std::min(asked, most)), .asked = asked};
    });
}

void Ring::post(Results& results) {
    state_.with([&](State& state) { results.post(state.queues); });
}

// The same.
[[gnu::always_inline]] Ring::Outcome Ring::end(u32 consumed, Results& results, thread::Thread& thread, u32 wanted,
                                               base::Nanoseconds deadline, bool may_deliver) {
    forget_deadline();
    const bool is_limited = deadline != base::Nanoseconds{0};
    const u32 needed = is_limited && core::kernel().clock.now() >= deadline ? 0 : wanted;
    const Outcome outcome = state_.with([&](State& state) {
        state.queues.keep(consumed);
        results.post(state.queues);
        state.queues.publish();
        const bool has_turn = !state.ready.empty() && state.queues.has_window_place();
        if (may_deliver && (has_turn || state.reserve.lacks())) [[unlikely]] {
            return Outcome::HasReady;
        }
        if (state.queues.unread() >= needed) {
            return Outcome::Goes;
        }
        state.begin_waiting(thread, needed);
        return Outcome::Waits;
    });
    if (outcome == Outcome::Waits && is_limited) {
        has_deadline_.store(true, std::memory_order_relaxed);
        processor::this_processor().timers.arm(deadline_, deadline);
    }
    return outcome;
}

bool Ring::deliver_ready(HandOver& hand_over) {
    base::usize sources = 0;
    state_.with([&](State& state) { sources = state.ready.count(); });
    bool has_delivered = false;
    for (; sources != 0; --sources) {
        Source* source = nullptr;
        state_.with([&](State& state) {
            if (state.queues.has_window_place()) {
                source = state.ready.pop_front();
            }
        });
        if (source == nullptr) {
            break;
        }
        has_delivered = source->deliver(*this, hand_over) || has_delivered;
    }
    return has_delivered;
}

Result<Call*> Ring::take_call(base::u8 accept) {
    if (free_calls_ == nullptr) [[unlikely]] {
        take_calls_back();
    }
    Call& call = free_calls_ != nullptr ? *std::exchange(free_calls_, free_calls_->next) : *TRY(make_call());
    for (; call.accept < accept; ++call.accept) {
        const auto place = process_.capabilities().reserve();
        if (!place) {
            return_call(call);
            return place.error();
        }
        call.reserved.at(call.accept) = *place;
    }
    return &call;
}

Result<Call*> Ring::make_call() {
    Call& call = *TRY(process_objects().calls.allocate(process_.budget()));
    const auto lent =
        process_objects().lent_ranks.make(process_.budget(), rank_, calls_.load(std::memory_order_relaxed));
    if (!lent) {
        process_objects().calls.release(call, process_.budget());
        return lent.error();
    }
    call.ring = this;
    call.chain = nullptr;
    call.lent = *lent;
    calls_.store(&call, std::memory_order_release);
    return &call;
}

void Ring::lend(LentRank& lent, Ring& holder) {
    state_.with([&](State& state) { state.lend(lent, holder.rank_, state.waiter != nullptr); });
}

void Ring::take_back(LentRank& lent) {
    state_.with([&](State& state) { state.take_back(lent); });
}

void Ring::lend_to_called() {
    base::usize left = kLookedAt;
    for (Call* call = calls_.load(std::memory_order_acquire); call != nullptr && left != 0;
         call = call->lent->next_call()) {
        --left;
        if (Channel* const channel = call->channel.load(std::memory_order_acquire); channel != nullptr) {
            channel->lend_rank_of(*call);
        }
    }
}

void Ring::return_call(Call& call) {
    call.disarm();
    for (; call.accept != 0; --call.accept) {
        process_.capabilities().give_back(call.reserved.at(call.accept - 1U));
    }
    call.next = std::exchange(free_calls_, &call);
}

void Ring::take_calls_back() {
    if (!has_over_) {
        return;
    }
    Call* over = nullptr;
    state_.with([&](State& state) { over = std::exchange(state.over, nullptr); });
    has_over_ = false;
    while (over != nullptr) {
        return_call(*std::exchange(over, over->next));
    }
}

Result<void> Ring::fill_reserve() {
    for (;;) {
        bool is_full = false;
        state_.with([&](State& state) { is_full = state.reserve.is_full(); });
        if (is_full) {
            return {};
        }
        const u32 place = TRY(process_.capabilities().reserve());
        bool is_taken = false;
        state_.with([&](State& state) {
            is_taken = !state.reserve.is_full();
            if (is_taken) {
                state.reserve.add(place);
            }
        });
        if (!is_taken) {
            process_.capabilities().give_back(place);
        }
    }
}

void Ring::finish_call_quietly(Call& call) {
    state_.with([&](State& state) {
        state.queues.finish_quietly();
        state.take_back(call);
    });
}

void Ring::take_given_up_back(Call& call) {
    state_.with([&](State& state) {
        --state.given_up;
        state.take_back(call);
    });
}

bool Ring::may_give_up() {
    return state_.with([this](const State& state) { return state.given_up < shape_.completions - shape_.window; });
}

void Ring::mark_ready(Source& source) {
    state_.with([&](State& state) { state.wait_for_turn(source); });
}

bool Ring::add_source(Source& source) {
    bool is_open = false;
    state_.with([&](State& state) {
        is_open = !state.is_closed;
        if (is_open) {
            source.has_item_ = false;
            state.attached.push_back(source);
        }
    });
    return is_open;
}

void Ring::remove_source(Source& source) {
    state_.with([&](State& state) {
        if (ReadyList::is_linked(source)) {
            state.ready.remove(source);
        }
        state.attached.remove(source);
    });
}

void Ring::complete(u64 tag, bool is_quiet, base::u16 status, const Answer& answer) {
    HandOver hand_over;
    state_.with([&](State& state) {
        if (is_quiet && status == 0) {
            state.queues.finish_quietly();
        } else {
            abi::Completion& completion = state.queues.finish();
            write_result(completion, tag, status);
            if (status == 0) {
                answer.write(completion);
            }
        }
        state.show(hand_over);
    });
    hand_over.wake_last();
}

/// Under the lock: as long as a thread is known here it is not destroyed.
void Ring::State::wake_waiter() {
    if (waiter != nullptr) {
        wake(*take_waiter());
    }
}

void Ring::Deadline::pass(time::Timer& timer) {
    static_cast<Deadline&>(timer).owner.state_.with([](State& state) { state.wake_waiter(); });
}

} // namespace kernel::process
