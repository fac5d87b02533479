/// Which thread a processor runs next, and how long.
#pragma once

#include <optional>
#include <utility>

#include "base/units.hpp"
#include "kernel/thread/thread.hpp"
#include "kernel/time/clock.hpp"
#include "libs/scheduler/balance.hpp"
#include "libs/scheduler/placement.hpp"
#include "libs/scheduler/processor_queue.hpp"

namespace kernel::thread {

/// Threads in the order of libs/scheduler, and what each has used. Used by its own processor only, with interrupts off.
/// The thread that runs is the one that was taken, or who got the processor from it since: that one runs on the context
/// of the one before, which nobody has to be told. Here both are named when it matters: `running` is who runs.
class ThreadQueue {
  public:
    explicit ThreadQueue(const time::Clock& clock) : clock_(clock), queue_(base::Nanoseconds{0}) {}

    /// `thread` became ready, while `running` runs; null: nobody does. Whether somebody else than that one is to run
    /// now.
    [[nodiscard]] bool add(Thread& thread, Thread* running);

    /// Who runs now, while nobody does; null: none is ready.
    [[nodiscard]] Thread* take();

    /// `running` waits for its next turn.
    void put_back(Thread& running);

    /// The same, and others of its class go first.
    void yield(Thread& running);

    /// `running` is no longer ready.
    void leave(Thread& running);

    /// `next` runs now, on what `running` ran on, which waits: to be told only where the turn was over.
    void pass_on(Thread& running, Thread& next);

    /// `thread`, which is ready and does not run, goes elsewhere.
    void remove(Thread& thread) { remove_context(thread.own()); }

    /// Whether `thread`, which is ready and in no queue, comes back from a group that had no time, and is to be added.
    [[nodiscard]] bool is_released(const Thread& thread);

    /// `thread`, which is ready and in no queue, runs whatever its group has left, once it is added.
    void take_from_group(Thread& thread);

    /// `thread`, which is ready and in no queue, may run before its group has time again.
    void let_go(Thread& thread);

    /// Whether somebody was held for want of time since this was asked.
    [[nodiscard]] bool take_has_held() { return std::exchange(has_held_, false); }

    /// Whether somebody is ready before whom nothing else may be done.
    [[nodiscard]] bool is_urgent() { return queue_.ready().has_real_time() && queue_.is_urgent(clock_.now()); }

    /// Whether the turn of `running` is over.
    [[nodiscard]] bool is_over(Thread& running);

    /// Gives `thread`, ready or not, other parameters. Whether somebody else than `running` may have to run now.
    [[nodiscard]] bool change(Thread& thread, const scheduler::Parameters& parameters, Thread* running);

    /// Has the own context of `thread`, ready or not, run at least with `rank`. As of change().
    [[nodiscard]] bool boost(Thread& thread, scheduler::Rank rank, Thread* running);

    /// When to ask whether the turn of who runs is over, as far as was known when any of these last answered; nothing:
    /// never.
    [[nodiscard]] std::optional<base::Nanoseconds> turn_end() const { return turn_end_; }

    /// Some of the interactive ones that wait and may go to processor `to`. Asks may_go(thread).
    template <class MayGo>
    [[nodiscard]] scheduler::Candidates candidates(base::u32 to, MayGo may_go);

    /// Where some of the interactive ones that wait may run.
    [[nodiscard]] cpu_set::CpuSet places();

    /// Who would be taken; null: none is ready.
    [[nodiscard]] const Thread* next();

    /// All that are ready, with who runs.
    [[nodiscard]] base::usize count() const { return queue_.ready().count(); }

    /// What the interactive ones count together.
    [[nodiscard]] base::u64 weight() const { return queue_.ready().weight(); }

    /// Whom processor `thief` is to have of those who wait; null: none may go. Asks may_go(thread).
    template <class MayGo>
    [[nodiscard]] Thread* choose_stolen(base::u32 thief, MayGo may_go);

  private:
    /// Runs body(), under the lock of the groups where `other` or anything here is in one.
    template <class Body>
    auto with_groups(const scheduler::Context& other, Body body);
    void add_context(scheduler::Context& context);
    void remove_context(scheduler::Context& context);
    Thread* take_of_groups();
    Thread* note_turn(const scheduler::Turn& turn);
    void end_loan(Thread& running);
    void keep_boost(Thread& thread);
    void charge(Thread& running);
    base::Nanoseconds newly_stolen();

    const time::Clock& clock_;
    scheduler::ProcessorQueue queue_;
    std::optional<base::Nanoseconds> turn_end_;
    base::Nanoseconds now_;    ///< when it was charged last
    base::Nanoseconds stolen_; ///< by the hypervisor, until then
    bool is_over_ = false;     ///< what charge() found
    bool has_held_ = false;
};

template <class MayGo>
Thread* ThreadQueue::choose_stolen(base::u32 thief, MayGo may_go) {
    scheduler::Context* const context = scheduler::choose_stolen(
        queue_.ready(), thief, clock_.now(), [&](auto& of) { return may_go(static_cast<Thread&>(of.owner())); });
    return context == nullptr ? nullptr : &static_cast<Thread&>(context->owner());
}

template <class MayGo>
scheduler::Candidates ThreadQueue::candidates(base::u32 to, MayGo may_go) {
    return {queue_.ready(), to, [&](auto& of) { return may_go(static_cast<Thread&>(of.owner())); }};
}

} // namespace kernel::thread
