#include "kernel/thread/thread_queue.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::thread {

using base::Nanoseconds;
using scheduler::Context;

template <class Body>
auto ThreadQueue::with_groups(const Context& other, Body body) {
    if (queue_.uses_groups() || other.group() != nullptr) [[unlikely]] {
        return core::kernel().groups.with(body);
    }
    return body();
}

void ThreadQueue::add_context(Context& context) {
    with_groups(context, [&] { queue_.add(context); });
}

void ThreadQueue::remove_context(Context& context) {
    with_groups(context, [&] { queue_.remove(context); });
}

/// A context that was lent does not outlast the turn.
void ThreadQueue::end_loan(Thread& running) {
    Context* const context = queue_.running();
    if (context != nullptr && context != &running.own()) {
        remove_context(*context);
        add_context(running.own());
    }
}

/// One that called, and is woken otherwise than by its answer, may find `running` on its context: who goes on with its
/// own then.
bool ThreadQueue::add(Thread& thread, Thread* running) {
    Context& own = thread.own();
    if (own.is_queued()) [[unlikely]] {
        ASSERT(running != nullptr && running != &thread, "a thread became ready twice");
        charge(*running);
        if (own.is_queued()) {
            remove_context(own);
            add_context(running->own());
        }
        add_context(own);
        return true;
    }
    add_context(own);
    if (running == nullptr) {
        return false;
    }
    charge(*running);
    const bool is_next = is_over_ || queue_.preempts(own, now_);
    turn_end_ = queue_.next_decision(now_);
    return is_next;
}

Thread* ThreadQueue::take() {
    now_ = clock_.now();
    static_cast<void>(newly_stolen());
    if (queue_.uses_groups()) [[unlikely]] {
        return take_of_groups();
    }
    return note_turn(queue_.take(now_));
}

[[gnu::noinline]] Thread* ThreadQueue::take_of_groups() {
    for (;;) {
        const scheduler::Turn turn = core::kernel().groups.with([this] { return queue_.take(now_); });
        has_held_ = has_held_ || turn.has_held;
        if (!turn.is_cut_short) {
            return note_turn(turn);
        }
    }
}

Thread* ThreadQueue::note_turn(const scheduler::Turn& turn) {
    turn_end_ = turn.end;
    return turn.context == nullptr ? nullptr : &static_cast<Thread&>(turn.context->owner());
}

/// Whoever looks at those who wait finds it among them.
void ThreadQueue::put_back(Thread& running) {
    charge(running);
    end_loan(running);
    with_groups(running.own(), [this] { queue_.put_back(); });
}

void ThreadQueue::yield(Thread& running) {
    charge(running);
    end_loan(running);
    if (queue_.running() != nullptr) {
        queue_.yield();
    }
}

void ThreadQueue::leave(Thread& running) {
    charge(running);
    Context* const context = queue_.running();
    remove_context(context != nullptr ? *context : running.own());
}

/// If a loan ended with the turn, `running` was made ready with its own.
void ThreadQueue::pass_on(Thread& running, Thread& next) {
    if (queue_.running() == nullptr) {
        remove_context(running.own());
        add_context(next.own());
    }
}

bool ThreadQueue::is_released(const Thread& thread) {
    const Context& own = thread.own();
    return !with_groups(own, [&own] { return own.is_held(); });
}

void ThreadQueue::let_go(Thread& thread) {
    Context& own = thread.own();
    with_groups(own, [&own] {
        if (own.is_held()) {
            scheduler::Group::let_go(own);
        }
    });
}

void ThreadQueue::take_from_group(Thread& thread) {
    let_go(thread);
    thread.own().set_group(nullptr);
}

bool ThreadQueue::is_over(Thread& running) {
    charge(running);
    turn_end_ = is_over_ ? std::nullopt : queue_.next_decision(now_);
    return is_over_;
}

bool ThreadQueue::change(Thread& thread, const scheduler::Parameters& parameters, Thread* running) {
    is_over_ = false;
    if (running != nullptr) {
        charge(*running);
    }
    Context& own = thread.own();
    with_groups(own, [&] {
        // One that is held waits for what it was.
        const bool is_held = own.is_held();
        if (is_held) {
            queue_.remove(own);
        }
        // They were looked at when they were asked for.
        static_cast<void>(scheduler::ProcessorQueue::change(own, parameters));
        if (is_held) {
            queue_.add(own);
        }
    });
    return is_over_ || (running != nullptr && thread.own().is_queued());
}

/// One that runs on what was lent to it goes on so, if that is no less: what it inherits is its own context's.
bool ThreadQueue::boost(Thread& thread, scheduler::Rank rank, Thread* running) {
    is_over_ = false;
    if (running != nullptr) {
        charge(*running);
    }
    Context& own = thread.own();
    with_groups(own, [&] { scheduler::RunQueue::boost(own, rank); });
    const Context* const on = queue_.running();
    const bool needs_own = running == &thread && on != nullptr && on != &own && on->rank() < own.rank();
    return is_over_ || needs_own || (running != nullptr && own.is_queued());
}

cpu_set::CpuSet ThreadQueue::places() {
    cpu_set::CpuSet all;
    base::usize looked_at = 0;
    queue_.ready().for_each_waiting_until([&](const Context& context) {
        if (context.rank() == scheduler::Rank::of(scheduler::Parameters::interactive())) {
            all = all | context.owner().affinity();
        }
        return ++looked_at == scheduler::Candidates::kMost;
    });
    return all;
}

const Thread* ThreadQueue::next() {
    const Context* const context = queue_.ready().pick();
    return context == nullptr ? nullptr : &static_cast<const Thread&>(context->owner());
}

/// The context is lent only now that it is looked at. When its turn is over, so is the loan: then nobody is the running
/// one, and who was is ready.
void ThreadQueue::charge(Thread& running) {
    Context* const context = queue_.running();
    if (context == nullptr) {
        is_over_ = true;
        return;
    }
    now_ = clock_.now();
    scheduler::Runner& owner = context->owner();
    const bool is_lent = &owner != &running;
    if (is_lent) {
        owner.lend(running);
    }
    const Nanoseconds stolen = newly_stolen();
    is_over_ = with_groups(running.own(), [&] { return queue_.charge(now_, stolen); });
    running.tell_times();
    if (is_lent) {
        running.return_to_owner();
        keep_boost(running);
        keep_boost(static_cast<Thread&>(owner));
    }
}

/// The library has what is inherited go along with who runs; here it stays with the context of its thread.
void ThreadQueue::keep_boost(Thread& thread) {
    Context& own = thread.own();
    if (own.boost() != thread.boost()) [[unlikely]] {
        with_groups(own, [&] { scheduler::RunQueue::boost(own, thread.boost()); });
    }
}

Nanoseconds ThreadQueue::newly_stolen() {
    const auto all = core::kernel().hypervisor.stolen_time(static_cast<base::u32>(Arch::cpu_index()));
    if (!all) {
        return {};
    }
    return *all - std::exchange(stolen_, *all);
}

} // namespace kernel::thread
