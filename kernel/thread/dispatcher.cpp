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
            return !wait.dispatcher.queue_.is_empty() || wait.done(wait.context);
        }
    } wait{*this, done, context};

    processor::Processor& self = processor::this_processor();
    self.enter_kernel();
    for (; !done(context); take_turn_of_long_work()) {
        if (current_ != nullptr) {
            enter_current(self);
        } else if (!queue_.is_empty()) {
            take_turn(*queue_.take());
        } else {
            disarm_slice();
            self.leave_kernel();
            self.idle_until(Wait::is_over, &wait);
            self.enter_kernel();
        }
    }
    if (current_ != nullptr) {
        put_away(ThreadState::Ready);
    }
    disarm_slice();
    self.translations.leave();
    self.leave_kernel();
}

void Dispatcher::add(processor::LongWork& work) {
    long_work_.push_back(work);
    if (current_ != nullptr) {
        arm_slice();
    }
}

bool Dispatcher::run_long_work() {
    processor::LongWork* const work = long_work_.pop_front();
    if (work == nullptr) [[likely]] {
        return false;
    }
    if (!work->run_slice()) {
        long_work_.push_back(*work);
    }
    return true;
}

/// A thread that runs next gives way again after its slice.
void Dispatcher::take_turn_of_long_work() {
    for (int slice = 0; slice < kLongWorkTurn && run_long_work(); ++slice) {
        Arch::let_interrupts_in();
    }
    if (!long_work_.empty() && current_ != nullptr) {
        arm_slice();
    }
}

void Dispatcher::arrive(Thread& thread, bool is_wake) {
    const ThreadState state = thread.state();
    if (state == ThreadState::Parked && (is_wake || thread.is_asked(Thread::kEndRequested)) &&
        !thread.is_asked(Thread::kSuspensionRequested)) [[likely]] {
        make_ready(thread);
        return;
    }
    thread.wake_came_ = thread.wake_came_ || is_wake;
    if (state == ThreadState::Parked && thread.is_asked(Thread::kSuspensionRequested)) {
        suspend(thread, true);
    }
    if (thread.state() == ThreadState::Suspended) {
        arrive_suspended(thread);
    }
}

void Dispatcher::suspend(Thread& thread, bool was_parked) {
    thread.was_parked_ = was_parked;
    thread.set_state(ThreadState::Suspended);
    if (thread.owner_ != nullptr) {
        thread.owner_->thread_suspended(thread);
    }
}

void Dispatcher::arrive_suspended(Thread& thread) {
    if (thread.is_asked(Thread::kEndRequested)) {
        make_ready(thread);
    } else if (!thread.is_asked(Thread::kSuspensionRequested)) {
        thread.set_state(ThreadState::Parked);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        // Whoever asked again meanwhile may have seen it suspended: so it stays.
        if (thread.is_asked(Thread::kSuspensionRequested)) {
            suspend(thread, thread.was_parked_);
        } else if (!thread.was_parked_ || std::exchange(thread.wake_came_, false)) {
            make_ready(thread);
        }
    }
}

void Dispatcher::enter_current(processor::Processor& self) {
    bool goes_on = true;
    while (goes_on) {
        // First: a message may be what asks for attention.
        self.drain_before_user();
        Thread& thread = *current_;
        Arch::UserContext& context = thread.context();
        if (context.attention.load(std::memory_order_acquire) != 0) [[unlikely]] {
            attend_to_current();
            return;
        }
        self.leave_kernel();
        Arch::run_user(context);
        self.enter_kernel();
        goes_on = context.was_call() ? go_on(handle_user_call(thread)) : go_on_after_trap(thread);
    }
}

void Dispatcher::after_interrupt(Thread& thread) {
    const Arch::Frame& frame = thread.context().frame();
    core::kernel().trace.note(abi::TraceKind::Interrupt, static_cast<base::u32>(frame.vector), frame.rip);
    vectors_.dispatch(static_cast<base::u8>(frame.vector));
    if (slice_is_over_) {
        slice_is_over_ = false;
        if (!queue_.is_empty()) {
            ++preemptions_;
            put_away(ThreadState::Ready);
        }
    }
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
    case Disposition::Kind::Ended: break;
    }
    return end_or_park(disposition);
}

[[gnu::noinline]] bool Dispatcher::end_or_park(Disposition disposition) {
    if (disposition.kind() == Disposition::Kind::Ended) {
        end_current();
        return false;
    }
    const bool is_woken = std::exchange(current_->wake_came_, false);
    if (!is_woken) {
        park_current();
    }
    return is_woken;
}

/// No queue is touched, and `next` goes on in the slice of the current one.
[[gnu::always_inline]] void Dispatcher::hand_over(Thread& next) {
    ASSERT(next.state() == ThreadState::Parked && &next.home_ == &current_->home_);
    Thread& thread = *current_;
    Arch::save_user(thread.context());
    thread.set_state(ThreadState::Parked);
    make_current(next);
    look_again(thread);
}

[[gnu::noinline]] void Dispatcher::take_turn(Thread& thread) {
    ++turns_;
    make_current(thread);
    if (!is_alone()) {
        arm_slice();
    }
}

[[gnu::always_inline]] void Dispatcher::make_current(Thread& thread) {
    current_ = &thread;
    ++switches_;
    core::kernel().trace.note(abi::TraceKind::Switch, 0, thread.id());
    thread.set_state(ThreadState::Running);
    thread.home_.translations.enter(thread.space().translations());
    Arch::load_user(thread.context());
}

void Dispatcher::make_ready(Thread& thread) {
    thread.set_state(ThreadState::Ready);
    queue_.add(thread, current_);
    if (current_ != nullptr) {
        arm_slice();
    }
}

/// The processor's registers are saved; the tables stay, whoever comes next may need the same.
void Dispatcher::put_away(ThreadState state) {
    Thread& thread = *current_;
    current_ = nullptr;
    Arch::save_user(thread.context());
    if (state == ThreadState::Ready) {
        queue_.put_back(thread);
    } else {
        queue_.leave(thread);
    }
    thread.set_state(state);
}

void Dispatcher::attend_to_current() {
    Thread& thread = *current_;
    if (thread.is_asked(Thread::kEndRequested)) {
        end_current();
    } else if (thread.is_asked(Thread::kSuspensionRequested)) {
        put_away(ThreadState::Suspended);
        suspend(thread, false);
    }
}

void Dispatcher::park_current() {
    Thread& thread = *current_;
    put_away(ThreadState::Parked);
    look_again(thread);
}

/// What it was asked while it ran, it is asked again: nobody knocks for it any more.
[[gnu::always_inline]] void Dispatcher::look_again(Thread& thread) {
    if (thread.context().attention.load(std::memory_order_acquire) != 0) [[unlikely]] {
        arrive(thread, false);
    }
}

/// Last comes the state: from then on whoever owns the thread may destroy it, and its space. An owner does so only when
/// it was told.
void Dispatcher::end_current() {
    Thread& thread = *current_;
    current_ = nullptr;
    queue_.leave(thread);
    processor::this_processor().translations.leave();
    ThreadOwner* const owner = thread.owner_;
    thread.set_state(ThreadState::Ended);
    if (owner != nullptr) {
        owner->thread_ended(thread);
    }
}

void Dispatcher::arm_slice() {
    if (!slice_is_armed_) {
        slice_is_armed_ = true;
        turns_when_armed_ = turns_;
        timers_.arm(slice_end_, clock_.now() + queue_.slice());
    }
}

void Dispatcher::disarm_slice() {
    if (slice_is_armed_) {
        slice_is_armed_ = false;
        static_cast<void>(timers_.cancel(slice_end_));
    }
}

/// One that was taken since the timer was armed has the whole next slice: a turn costs no arming. Whoever got the
/// processor from the running thread goes on in that one's slice, so that two of them cannot keep it.
void Dispatcher::on_slice_end() {
    slice_is_armed_ = false;
    if (is_alone()) {
        return;
    }
    if (turns_ == turns_when_armed_) {
        slice_is_over_ = true;
    } else {
        arm_slice();
    }
}

} // namespace kernel::thread
