/// The outermost loop of a processor.
#pragma once

#include <optional>
#include <span>

#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/interrupt/vector_table.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/thread/balance_request.hpp"
#include "kernel/thread/placement.hpp"
#include "kernel/thread/thread.hpp"
#include "kernel/thread/thread_queue.hpp"
#include "kernel/thread/work_request.hpp"
#include "kernel/time/timers.hpp"

namespace kernel::thread {

/// Runs the threads whose home its processor is. Used by that processor only, with interrupts off; others reach it
/// through wake() and request_end().
class Dispatcher {
  public:
    /// Of `self`, with which it is made.
    Dispatcher(processor::Processor& self, base::u32 index, interrupt::VectorTable& vectors, time::Timers& timers,
               const time::Clock& clock)
        : self_(self), index_(index), vectors_(vectors), timers_(timers), clock_(clock), queue_(clock),
          turn_timer_(*this), held_timer_(*this), request_(index), balance_request_(index) {}

    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// Runs what is ready and sleeps when nothing is, until `done(context)`; that is asked after each
    /// interrupt, and whenever a thread gave the processor up and nobody got it from that one. The thread that runs
    /// then stays ready. Afterwards no user space is in force.
    void run_until(bool (*done)(void* context), void* context);

    /// What asks for attention to `thread` has reached its home, or a wake() has.
    void arrive(Thread& thread, bool is_wake);

    /// Lets `thread`, which was never woken, run for the first time, here or where there is less to do.
    void start(Thread& thread);

    /// Gives processor `thief` somebody who waits here. False: nobody may go.
    bool give_work(base::u32 thief);

    /// Processor `heavier` offers threads of the weights `offered`. If one of them, and what this one gives back, makes
    /// the two more equal: gives that back, and returns the weight to be given.
    std::optional<base::u64> give_back(base::u32 heavier, std::span<const base::u64> offered);

    /// Gives processor `lighter` one of `weight`, which it was offered and awaits, if it still waits here.
    void give(base::u32 lighter, base::u64 weight);

    /// Has `work` run to its end on this processor, a slice at a time, in turns with the threads.
    void add(processor::LongWork& work);

    /// One slice of such work. False: there is none.
    bool run_long_work();

    /// Those threads become ready whose groups have time again.
    void release_held();

    /// Nobody's space stays in force but that of who runs.
    void leave_spaces();

    /// How often another thread was taken than ran before.
    [[nodiscard]] base::u64 switches() const { return switches_; }

    /// How often the running one had to make room.
    [[nodiscard]] base::u64 preemptions() const { return preemptions_; }

    /// Who runs; null: nobody.
    [[nodiscard]] const Thread* current() const { return current_; }

    /// From any processor.
    [[nodiscard]] const ToldLoad& told() const { return told_; }

  private:
    struct TurnTimer : time::Timer {
        explicit TurnTimer(Dispatcher& whose) : Timer(&TurnTimer::ring), dispatcher(whose) {}

        static void ring(time::Timer& timer) { static_cast<TurnTimer&>(timer).dispatcher.on_turn_timer(); }

        Dispatcher& dispatcher;
    };

    struct HeldTimer : time::Timer {
        explicit HeldTimer(Dispatcher& whose) : Timer(&HeldTimer::ring), dispatcher(whose) {}

        static void ring(time::Timer& timer) { static_cast<HeldTimer&>(timer).dispatcher.release_held(); }

        Dispatcher& dispatcher;
    };

    /// Slices of long work between two threads: together shorter than a thread's turn.
    static constexpr int kLongWorkTurn = 64;
    /// How many such turns are left out while somebody of real time is ready; then there is one slice.
    static constexpr base::u32 kMostWaitedTurns = 16;
    /// How long a thread runs between two such turns.
    static constexpr base::Nanoseconds kBetweenLongWork{4'000'000};

    void take_turn_of_long_work();

    [[nodiscard]] base::usize waiting() const { return queue_.count() - (current_ != nullptr ? 1 : 0); }

    void enter_current();
    void after_interrupt(Thread& thread);
    bool go_on_after_trap(Thread& thread);
    /// Whether somebody goes on at once: the current one, or who got the processor from it.
    bool go_on(Disposition disposition);
    bool end_or_park(Disposition disposition);
    bool yield_current();
    void hand_over(Thread& next);
    Thread* take_next();
    void take_turn(Thread& thread);
    /// It is asked to end or to be suspended, or its turn is over.
    void attend_to_current();
    void park_current();
    void suspend(Thread& thread, bool was_parked);
    void make_current(Thread& thread);
    void put_away(ThreadState state);
    void end_current();
    void end_turn();
    void watch_turn();
    void on_turn_timer();
    void watch_held(std::optional<base::Nanoseconds> next);

    // dispatcher_arrivals.cpp: those that do not run.

    void arrive_parked(Thread& thread, bool is_wake);
    void arrive_suspended(Thread& thread);
    void arrive_unqueued(Thread& thread);
    void take_from_group(Thread& thread);
    void apply_changes(Thread& thread);
    bool apply_boost(Thread& thread);
    void apply_affinity(Thread& thread);
    void make_ready(Thread& thread);
    bool wake_parked(Thread& thread);
    [[nodiscard]] base::u32 choose_place(Thread& thread) const;
    [[nodiscard]] static bool may_leave(Thread& thread);
    void send(Thread& thread, base::u32 cpu);
    void give_away(Thread& thread, base::u32 cpu);
    void send_away_if_better(Thread& thread);
    void balance();
    void tell_load();
    void sleep(bool (*done)(void* context), void* context);
    void ask_for_work();

    processor::Processor& self_;
    base::u32 index_;
    interrupt::VectorTable& vectors_;
    time::Timers& timers_;
    const time::Clock& clock_;
    base::u32 waited_turns_ = 0; ///< of long work, one behind the other
    ThreadQueue queue_;
    processor::LongWorkList long_work_;
    Thread* current_ = nullptr;
    TurnTimer turn_timer_;
    base::Nanoseconds watched_until_; ///< when it rings, while it is armed
    HeldTimer held_timer_;
    base::Nanoseconds held_until_;    ///< the same
    base::Nanoseconds balances_next_; ///< not before
    base::u64 switches_ = 0;
    base::u64 preemptions_ = 0;
    ToldLoad told_;
    WorkRequest request_;
    BalanceRequest balance_request_;
};

} // namespace kernel::thread
