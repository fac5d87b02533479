#include "kernel/thread/thread_queue.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::thread {

using base::Nanoseconds;
using scheduler::Context;

namespace {

/// A context that was lent does not outlast the turn.
void end_loan(scheduler::ProcessorQueue& queue, Thread& running) {
    Context* const context = queue.running();
    if (context != nullptr && context != &running.own()) {
        queue.remove(*context);
        queue.add(running.own());
    }
}

} // namespace

/// One that called, and is woken otherwise than by its answer, may find `running` on its context: who goes on with its
/// own then.
bool ThreadQueue::add(Thread& thread, Thread* running) {
    Context& own = thread.own();
    if (own.is_queued()) [[unlikely]] {
        ASSERT(running != nullptr && running != &thread, "a thread became ready twice");
        charge(*running);
        if (own.is_queued()) {
            queue_.remove(own);
            queue_.add(running->own());
        }
        queue_.add(own);
        return true;
    }
    queue_.add(own);
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
    scheduler::Turn turn = queue_.take(now_);
    while (turn.is_cut_short) {
        turn = queue_.take(now_);
    }
    turn_end_ = turn.end;
    return turn.context == nullptr ? nullptr : &static_cast<Thread&>(turn.context->owner());
}

/// Whoever looks at those who wait finds it among them.
void ThreadQueue::put_back(Thread& running) {
    charge(running);
    end_loan(queue_, running);
    queue_.put_back();
}

void ThreadQueue::yield(Thread& running) {
    charge(running);
    end_loan(queue_, running);
    if (queue_.running() != nullptr) {
        queue_.yield();
    }
}

void ThreadQueue::leave(Thread& running) {
    charge(running);
    Context* const context = queue_.running();
    queue_.remove(context != nullptr ? *context : running.own());
}

/// If a loan ended with the turn, `running` was made ready with its own.
void ThreadQueue::pass_on(Thread& running, Thread& next) {
    if (queue_.running() == nullptr) {
        queue_.remove(running.own());
        queue_.add(next.own());
    }
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
    // They were looked at when they were asked for.
    static_cast<void>(scheduler::ProcessorQueue::change(thread.own(), parameters));
    return is_over_ || (running != nullptr && thread.own().is_queued());
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
    is_over_ = queue_.charge(now_, newly_stolen());
    running.tell_times();
    if (is_lent) {
        running.return_to_owner();
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
