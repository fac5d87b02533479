// Threads that do not run: how they become ready, and where.
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/thread/dispatcher.hpp"

namespace kernel::thread {

using base::u32;

/// As long as it is parked, another processor may take it over: then it is told there.
void Dispatcher::arrive(Thread& thread, bool is_wake) {
    if (thread.is_asked(Thread::kChangeRequested)) [[unlikely]] {
        const bool was_parked = thread.try_leave_parked(ThreadState::Moving, index_);
        if (thread.home_index() == index_) {
            apply_changes(thread);
        }
        if (was_parked) {
            thread.set_state(ThreadState::Parked);
        }
    }
    const u32 place = thread.place_.load(std::memory_order_acquire);
    if (Thread::home_of(place) != index_) [[unlikely]] {
        thread.knock(is_wake ? Thread::Knock::Wake : Thread::Knock::Attention);
        return;
    }
    switch (Thread::state_of(place)) {
    case ThreadState::Parked: arrive_parked(thread, is_wake); return;
    case ThreadState::Moving:
        told_.incoming.fetch_sub(thread.sent_weight_, std::memory_order_relaxed);
        thread.wake_came_ = thread.wake_came_ || is_wake;
        make_ready(thread);
        return;
    case ThreadState::Suspended:
        thread.wake_came_ = thread.wake_came_ || is_wake;
        arrive_suspended(thread);
        return;
    case ThreadState::Ready:
        thread.wake_came_ = thread.wake_came_ || is_wake;
        if (!thread.own().is_queued()) [[unlikely]] {
            arrive_unqueued(thread);
        } else if (thread.may_be_held_from_stopping()) [[unlikely]] {
            take_from_group(thread);
        }
        return;
    case ThreadState::Running:
    case ThreadState::Ended: thread.wake_came_ = thread.wake_came_ || is_wake; return;
    }
}

/// Its group had no time, and perhaps has some now. What it is asked for is not put off until then, and those who wait
/// for it do not wait for that.
void Dispatcher::arrive_unqueued(Thread& thread) {
    if (thread.is_asked_to_stop()) {
        queue_.take_from_group(thread);
        make_ready(thread);
    } else if (thread.own().is_boosted()) {
        queue_.let_go(thread);
        make_ready(thread);
    } else if (queue_.is_released(thread)) {
        make_ready(thread);
    }
}

void Dispatcher::arrive_parked(Thread& thread, bool is_wake) {
    const bool is_suspended = thread.is_asked(Thread::kSuspensionRequested);
    const bool runs = !is_suspended && (is_wake || thread.is_asked(Thread::kEndRequested));
    if (!runs && !is_suspended) {
        return;
    }
    if (runs ? !wake_parked(thread) : !thread.try_leave_parked(ThreadState::Suspended, index_)) {
        thread.knock(is_wake ? Thread::Knock::Wake : Thread::Knock::Attention);
        return;
    }
    if (is_suspended) {
        thread.wake_came_ = is_wake;
        suspend(thread, true);
        arrive_suspended(thread);
    }
}

void Dispatcher::suspend(Thread& thread, bool was_parked) {
    thread.was_parked_ = was_parked;
    if (thread.has_left_group()) {
        thread.join_group();
    }
    thread.set_state(ThreadState::Suspended);
    if (thread.owner_ != nullptr) {
        thread.owner_->thread_suspended(thread);
    }
}

void Dispatcher::arrive_suspended(Thread& thread) {
    if (thread.is_asked(Thread::kEndRequested)) {
        make_ready(thread);
    } else if (!thread.is_asked(Thread::kSuspensionRequested)) {
        thread.set_state(ThreadState::Moving);
        std::atomic_thread_fence(std::memory_order_seq_cst);
        // Whoever asked again meanwhile may have seen it suspended: so it stays.
        if (thread.is_asked(Thread::kSuspensionRequested)) {
            suspend(thread, thread.was_parked_);
        } else if (!thread.was_parked_ || std::exchange(thread.wake_came_, false)) {
            make_ready(thread);
        } else {
            thread.set_state(ThreadState::Parked);
        }
    }
}

/// On its home. Of one that runs, what changes is seen at once where somebody else is to run instead.
void Dispatcher::apply_changes(Thread& thread) {
    thread.context().attention.fetch_and(~Thread::kChangeRequested, std::memory_order_acq_rel);
    const auto parameters = thread.take_wanted_parameters();
    if (parameters && queue_.change(thread, *parameters, current_)) {
        end_turn();
    }
    const bool is_inherited = apply_boost(thread);
    if (parameters || is_inherited) {
        thread.note_own_standing();
        watch_turn();
        tell_load();
    }
    if (thread.is_move_wanted_.exchange(false, std::memory_order_acquire)) {
        thread.set_affinity(thread.wanted_affinity_.load(std::memory_order_relaxed));
        // Who had nobody to give may have somebody now.
        told_.arrivals.fetch_add(1, std::memory_order_relaxed);
        apply_affinity(thread);
    }
}

/// Whether it inherits another rank than before.
bool Dispatcher::apply_boost(Thread& thread) {
    const scheduler::Rank wanted{thread.wanted_boost_.load(std::memory_order_relaxed)};
    if (wanted == thread.boost_) {
        return false;
    }
    const bool rises = wanted > thread.boost_;
    thread.boost_ = wanted;
    if (queue_.boost(thread, wanted, current_)) {
        end_turn();
    }
    if (rises && thread.owner_ != nullptr) {
        thread.owner_->thread_rose(thread);
    }
    return true;
}

void Dispatcher::apply_affinity(Thread& thread) {
    if (thread.affinity().contains(index_)) {
        return;
    }
    if (&thread == current_) {
        end_turn();
    } else if (thread.state() == ThreadState::Ready) {
        // One that is held goes when it comes back.
        if (thread.own().is_queued()) {
            send_away_if_better(thread);
        }
    } else {
        // It goes when it is woken: until then nobody here hands the processor over to it.
        thread.own_standing_ = thread.standing_ = Standing();
    }
}

/// Elsewhere, if it must not run here: that may have changed since it was sent, or suspended.
void Dispatcher::make_ready(Thread& thread) {
    if (!thread.affinity().contains(index_) && !thread.own().is_queued() && may_leave(thread)) {
        if (const u32 cpu = core::kernel().placement.choose_for_waking(thread, index_); cpu != index_) {
            send(thread, cpu);
            return;
        }
    }
    if (current_ == nullptr && queue_.count() == 0) {
        core::kernel().placement.note_busy(index_);
    }
    thread.set_state(ThreadState::Ready);
    told_.arrivals.fetch_add(1, std::memory_order_relaxed);
    if (queue_.add(thread, current_)) {
        end_turn();
    }
    if (thread.may_be_held_from_stopping()) [[unlikely]] {
        take_from_group(thread);
    }
    tell_load();
    watch_turn();
}

/// One that is queued, and does not run: what it is asked for is not put off until its group has time.
void Dispatcher::take_from_group(Thread& thread) {
    queue_.remove(thread);
    queue_.take_from_group(thread);
    if (queue_.add(thread, current_)) {
        end_turn();
    }
}

/// False: another processor has taken it over.
bool Dispatcher::wake_parked(Thread& thread) {
    const u32 cpu = choose_place(thread);
    if (cpu == index_) {
        if (!thread.try_leave_parked(ThreadState::Ready, index_)) {
            return false;
        }
        make_ready(thread);
        return true;
    }
    if (!thread.try_leave_parked(ThreadState::Moving, index_)) {
        return false;
    }
    send(thread, cpu);
    return true;
}

/// It stays, unless it must not or somebody else can run it at once.
u32 Dispatcher::choose_place(Thread& thread) const {
    const Placement& placement = core::kernel().placement;
    const bool is_free = current_ == nullptr && queue_.count() == 0;
    const bool is_allowed = thread.affinity().contains(index_);
    const bool may_gain = !is_free && (placement.has_idle() || thread.own().rank().is_real_time());
    // Somebody here may still run on its context.
    if ((is_allowed && !may_gain) || thread.own().is_queued() || !may_leave(thread)) {
        return index_;
    }
    return placement.choose_for_waking(thread, index_);
}

bool Dispatcher::may_leave(Thread& thread) { return thread.owner_ != nullptr && thread.owner_->may_leave(thread); }

/// Last comes the place: from then on it is the other's.
void Dispatcher::send(Thread& thread, u32 cpu) {
    core::Kernel& kernel = core::kernel();
    processor::Processor& to = kernel.processors.at(cpu);
    thread.sent_weight_ = thread.own().scaled_weight();
    to.threads.told_.incoming.fetch_add(thread.sent_weight_, std::memory_order_relaxed);
    kernel.placement.note_sent(cpu);
    // Until its message has arrived it is not destroyed.
    thread.knocks_.fetch_add(1, std::memory_order_relaxed);
    thread.place_.store(Thread::place_of(ThreadState::Moving, cpu), std::memory_order_release);
    if (!to.post(thread.message_)) {
        thread.knocks_.fetch_sub(1, std::memory_order_release);
    }
}

void Dispatcher::send_away_if_better(Thread& thread) {
    const bool is_better =
        !thread.affinity().contains(index_) || (queue_.count() > 1 && core::kernel().placement.has_idle());
    if (!is_better || !may_leave(thread)) {
        return;
    }
    const u32 cpu = core::kernel().placement.choose_for_waking(thread, index_);
    if (cpu != index_) {
        give_away(thread, cpu);
    }
}

/// One that is ready, and does not run.
void Dispatcher::give_away(Thread& thread, u32 cpu) {
    queue_.remove(thread);
    tell_load();
    send(thread, cpu);
}

/// At the end of a turn. Each exchange makes two loads more equal, so that it ends.
void Dispatcher::balance() {
    if (queue_.count() < 2 || core::kernel().processors.count() == 1 || balance_request_.is_out()) {
        return;
    }
    const base::Nanoseconds now = clock_.now();
    if (now < balances_next_) {
        return;
    }
    balances_next_ = now + scheduler::kBalancePeriod;
    const auto lightest = core::kernel().placement.find_lightest(index_, queue_.places());
    if (!lightest || balance_request_.is_refused_by(*lightest)) {
        return;
    }
    // Who is next will run when the answer comes.
    const Thread* const next = queue_.next();
    const scheduler::Candidates offered =
        queue_.candidates(lightest->cpu, [next](Thread& thread) { return &thread != next && may_leave(thread); });
    if (!offered.weights().empty()) {
        balance_request_.send(*lightest, offered.weights());
    }
}

std::optional<base::u64> Dispatcher::give_back(u32 heavier, std::span<const base::u64> offered) {
    const scheduler::Candidates own = queue_.candidates(heavier, &Dispatcher::may_leave);
    const auto found = scheduler::find_exchange(offered, own.weights(), Placement::difference(heavier, index_));
    if (!found) {
        return std::nullopt;
    }
    for (const base::usize index : std::span(found->taken).first(found->taken_count)) {
        give_away(static_cast<Thread&>(own.at(index).owner()), heavier);
    }
    const base::u64 wanted = offered[found->given];
    // As if it were on the way: others who ask are to see it.
    told_.incoming.fetch_add(wanted, std::memory_order_relaxed);
    return wanted;
}

void Dispatcher::give(u32 lighter, base::u64 weight) {
    core::kernel().processors.at(lighter).threads.told_.incoming.fetch_sub(weight, std::memory_order_relaxed);
    if (scheduler::Context* const context = queue_.candidates(lighter, &Dispatcher::may_leave).find(weight)) {
        give_away(static_cast<Thread&>(context->owner()), lighter);
    }
}

void Dispatcher::start(Thread& thread) {
    const core::Kernel& kernel = core::kernel();
    const u32 cpu = kernel.processors.count() == 1 ? index_ : kernel.placement.choose_for_start(thread, index_);
    if (cpu == index_) {
        thread.place_.store(Thread::place_of(ThreadState::Ready, index_), std::memory_order_release);
        make_ready(thread);
    } else {
        send(thread, cpu);
    }
}

bool Dispatcher::give_work(u32 thief) {
    Thread* const thread = queue_.choose_stolen(thief, &Dispatcher::may_leave);
    if (thread == nullptr) {
        return false;
    }
    give_away(*thread, thief);
    return true;
}

void Dispatcher::tell_load() {
    constexpr auto kOrder = std::memory_order_relaxed;
    told_.weight.store(queue_.weight(), kOrder);
    told_.waiting.store(static_cast<u32>(waiting()), kOrder);
    told_.running.store(current_ != nullptr ? current_->standing_.rank().value() : base::u8{0}, kOrder);
}

void Dispatcher::sleep(bool (*done)(void* context), void* context) {
    Placement& placement = core::kernel().placement;
    static_cast<void>(timers_.cancel(turn_timer_));
    placement.note_idle(index_);
    ask_for_work();
    self_.leave_kernel();
    self_.idle_until(done, context);
    self_.enter_kernel();
    placement.note_busy(index_);
}

void Dispatcher::ask_for_work() {
    if (request_.is_out()) {
        return;
    }
    if (const auto victim = core::kernel().placement.choose_victim(index_, request_.refused_by())) {
        request_.send(*victim);
    }
}

} // namespace kernel::thread
