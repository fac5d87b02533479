#include "kernel/thread/dispatcher.hpp"

#include "base/assert.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

void Dispatcher::run_until(bool (*done)(void* context), void* context) {
    struct Wait {
        Dispatcher& dispatcher;
        bool (*done)(void* context);
        void* context;

        static bool is_over(void* self) {
            const auto& wait = *static_cast<Wait*>(self);
            return wait.dispatcher.queue_.count() != 0 || wait.done(wait.context);
        }
    } wait{*this, done, context};

    self_.enter_kernel();
    for (; !done(context); take_turn_of_long_work()) {
        Thread* const next = current_ == nullptr && queue_.count() != 0 ? take_next() : nullptr;
        if (next != nullptr) {
            take_turn(*next);
        }
        if (current_ != nullptr) {
            // Before any long work: what that takes is not to be all of its turn.
            enter_current();
        } else {
            sleep(Wait::is_over, &wait);
        }
    }
    if (current_ != nullptr) {
        put_away(ThreadState::Ready);
    }
    static_cast<void>(timers_.cancel(turn_timer_));
    self_.translations.leave();
    self_.leave_kernel();
}

void Dispatcher::add(processor::LongWork& work) {
    long_work_.push_back(work);
    watch_turn();
}

bool Dispatcher::run_long_work() {
    processor::LongWork* const work = long_work_.pop_front();
    if (work == nullptr) [[likely]] {
        return false;
    }
    const processor::Effort::Slice slice(self_.effort);
    if (!work->run_slice()) {
        long_work_.push_back(*work);
    }
    return true;
}

/// A thread that runs next gives way again after its turn.
void Dispatcher::take_turn_of_long_work() {
    if (long_work_.empty()) {
        return;
    }
    leave_spaces();
    // It may wait for what all processors have seen, this one as well.
    self_.leave_kernel();
    self_.enter_kernel();
    // What the last thread did in the kernel was a slice, too. Behind the last one as well: a timer that rang meanwhile
    // would keep the next thread from its first instruction.
    Arch::let_interrupts_in();
    // Real time goes first, but not for ever: it may wait for what long work brings.
    const bool is_due = waited_turns_ >= kMostWaitedTurns;
    ++waited_turns_;
    for (int slice = 0; slice < kLongWorkTurn && (!queue_.is_urgent() || (is_due && slice == 0)); ++slice) {
        waited_turns_ = 0;
        if (!run_long_work()) {
            break;
        }
        Arch::let_interrupts_in();
    }
    watch_turn();
}

/// What ended elsewhere must not stay in force here.
void Dispatcher::leave_spaces() {
    const shootdown::Space* const space = self_.translations.space();
    if (space != nullptr && (current_ == nullptr || &current_->space().translations() != space)) {
        self_.translations.leave();
    }
}

void Dispatcher::enter_current() {
    bool goes_on = true;
    while (goes_on) {
        // First: a message may be what asks for attention.
        self_.drain_some();
        Thread& thread = *current_;
        Arch::UserContext& context = thread.context();
        if (context.attention.load(std::memory_order_acquire) != 0) [[unlikely]] {
            attend_to_current();
            return;
        }
        self_.leave_kernel();
        Arch::run_user(context);
        self_.enter_kernel();
        goes_on = context.was_call() ? go_on(handle_user_call(thread)) : go_on_after_trap(thread);
    }
}

void Dispatcher::after_interrupt(Thread& thread) {
    const Arch::Frame& frame = thread.context().frame();
    core::kernel().trace.note(abi::TraceKind::Interrupt, static_cast<base::u32>(frame.vector), frame.rip);
    vectors_.dispatch(static_cast<base::u8>(frame.vector));
}

[[gnu::noinline]] bool Dispatcher::go_on_after_trap(Thread& thread) {
    Arch::UserContext& context = thread.context();
    if (context.was_interrupted()) {
        after_interrupt(thread);
        return false;
    }
    const Disposition disposition = handle_user_fault(thread, Arch::user_fault(context));
    if (!context.can_go_on()) [[unlikely]] {
        end_current();
        return false;
    }
    return go_on(disposition);
}

// Part of its callers: the way of every call.
[[gnu::always_inline]] bool Dispatcher::go_on(Disposition disposition) {
    switch (disposition.kind()) {
    case Disposition::Kind::Done: return true;
    case Disposition::Kind::SwitchTo: hand_over(disposition.next()); return true;
    case Disposition::Kind::Parked:
    case Disposition::Kind::Yielded:
    case Disposition::Kind::Ended: break;
    }
    return end_or_park(disposition);
}

[[gnu::noinline]] bool Dispatcher::end_or_park(Disposition disposition) {
    if (disposition.kind() == Disposition::Kind::Ended) {
        end_current();
        return false;
    }
    if (disposition.kind() == Disposition::Kind::Yielded) {
        return yield_current();
    }
    const bool is_woken = std::exchange(current_->wake_came_, false);
    if (!is_woken) {
        park_current();
    }
    return is_woken;
}

bool Dispatcher::yield_current() {
    if (waiting() == 0) {
        return true;
    }
    Thread& thread = *std::exchange(current_, nullptr);
    Arch::save_user(thread.context());
    // Another one is looked for anyway.
    static_cast<void>(thread.take_back_turn_over());
    queue_.yield(thread);
    thread.set_state(ThreadState::Ready);
    return false;
}

/// No queue is touched, and `next` goes on in the turn of the current one.
[[gnu::always_inline]] void Dispatcher::hand_over(Thread& next) {
    Thread& thread = *current_;
    ASSERT(next.is_parked_where(thread), "a thread gets the processor that does not wait for it");
    Arch::save_user(thread.context());
    next.standing_ = thread.standing_;
    // What it was asked while it ran, it is asked again: nobody knocks for it any more. Looked at before it is parked,
    // for then another processor may take it over.
    const bool is_asked = thread.context().attention.load(std::memory_order_acquire) != 0;
    make_current(next);
    thread.set_state(ThreadState::Parked);
    if (is_asked) [[unlikely]] {
        if (thread.take_back_turn_over()) {
            queue_.pass_on(thread, next);
            end_turn();
        }
        arrive(thread, false);
    }
}

Thread* Dispatcher::take_next() {
    Thread* const next = queue_.take();
    if (queue_.take_has_held()) [[unlikely]] {
        tell_load();
        watch_held(core::kernel().groups.next_release());
    }
    if (next == nullptr || !next->has_left_group()) [[likely]] {
        return next;
    }
    if (next->is_asked_to_stop()) {
        // Should it be asked no longer when it is looked at, its turn is over.
        next->context().attention.fetch_or(Thread::kTurnOver, std::memory_order_relaxed);
        return next;
    }
    queue_.remove(*next);
    next->join_group();
    static_cast<void>(queue_.add(*next, nullptr));
    return take_next();
}

[[gnu::noinline]] void Dispatcher::take_turn(Thread& thread) {
    thread.note_own_standing();
    thread.standing_ = thread.own_standing_;
    make_current(thread);
    tell_load();
    watch_turn();
}

[[gnu::always_inline]] void Dispatcher::make_current(Thread& thread) {
    current_ = &thread;
    ++switches_;
    core::kernel().trace.note(abi::TraceKind::Switch, 0, thread.id());
    thread.set_state(ThreadState::Running);
    self_.translations.enter(thread.space().translations());
    Arch::load_user(thread.context());
}

/// The processor's registers are saved; the tables stay, whoever comes next may need the same.
void Dispatcher::put_away(ThreadState state) {
    Thread& thread = *current_;
    current_ = nullptr;
    Arch::save_user(thread.context());
    static_cast<void>(thread.take_back_turn_over());
    if (state == ThreadState::Ready) {
        queue_.put_back(thread);
    } else {
        queue_.leave(thread);
    }
    tell_load();
    thread.set_state(state);
}

void Dispatcher::attend_to_current() {
    Thread& thread = *current_;
    if (thread.is_asked(Thread::kChangeRequested)) {
        apply_changes(thread);
    }
    if (thread.is_asked(Thread::kEndRequested)) {
        end_current();
    } else if (thread.is_asked(Thread::kSuspensionRequested)) {
        put_away(ThreadState::Suspended);
        suspend(thread, false);
    } else if (thread.take_back_turn_over()) {
        preemptions_ += waiting() != 0 ? 1 : 0;
        put_away(ThreadState::Ready);
        send_away_if_better(thread);
        balance();
    }
}

void Dispatcher::park_current() {
    Thread& thread = *current_;
    const bool is_asked = thread.context().attention.load(std::memory_order_acquire) != 0;
    put_away(ThreadState::Parked);
    if (is_asked) [[unlikely]] {
        arrive(thread, false);
    }
}

/// Last comes the state: from then on whoever owns the thread may destroy it, and its space. An owner does so only when
/// it was told.
void Dispatcher::end_current() {
    Thread& thread = *current_;
    current_ = nullptr;
    queue_.leave(thread);
    tell_load();
    self_.translations.leave();
    ThreadOwner* const owner = thread.owner_;
    thread.set_state(ThreadState::Ended);
    if (owner != nullptr) {
        owner->thread_ended(thread);
    }
}

/// Another one may have to run: seen before user code goes on.
void Dispatcher::end_turn() {
    if (current_ != nullptr) {
        current_->context().attention.fetch_or(Thread::kTurnOver, std::memory_order_relaxed);
    }
}

/// A timer that rings too early finds that the turn goes on: it is not moved at each switch.
void Dispatcher::watch_turn() {
    auto end = queue_.turn_end();
    if (!long_work_.empty()) {
        const base::Nanoseconds work = clock_.now() + kBetweenLongWork;
        end = end ? std::min(*end, work) : work;
    }
    if (current_ == nullptr || !end || (turn_timer_.is_armed() && watched_until_ <= *end)) {
        return;
    }
    watched_until_ = *end;
    timers_.arm(turn_timer_, *end);
}

/// Each processor that has held somebody does, and finds perhaps that another one was there first.
void Dispatcher::watch_held(std::optional<base::Nanoseconds> next) {
    if (next && (!held_timer_.is_armed() || *next < held_until_)) {
        held_until_ = *next;
        timers_.arm(held_timer_, *next);
    }
}

void Dispatcher::release_held() { watch_held(core::kernel().groups.release()); }

void Dispatcher::on_turn_timer() {
    if (current_ == nullptr) {
        return;
    }
    if (queue_.is_over(*current_)) {
        end_turn();
    }
    watch_turn();
}

} // namespace kernel::thread
