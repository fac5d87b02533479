/// The outermost loop of a processor.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/interrupt/vector_table.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/thread/run_queue.hpp"
#include "kernel/thread/thread.hpp"
#include "kernel/time/timers.hpp"

namespace kernel::thread {

/// Runs the threads whose home its processor is. Used by that processor only, with interrupts off; others reach it
/// through wake() and request_end().
class Dispatcher {
  public:
    Dispatcher(interrupt::VectorTable& vectors, time::Timers& timers, const time::Clock& clock)
        : vectors_(vectors), timers_(timers), clock_(clock), queue_(clock), slice_end_(*this) {}

    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// Runs what is ready and sleeps when nothing is, until `done(context)`; that is asked after each
    /// interrupt, and whenever a thread gave the processor up and nobody got it from that one. The thread that runs
    /// then stays ready. Afterwards no user space is in force.
    void run_until(bool (*done)(void* context), void* context);

    /// What asks for attention to `thread` has reached its home, or a wake() has.
    void arrive(Thread& thread, bool is_wake);

    /// Has `work` run to its end on this processor, a slice at a time, in turns with the threads.
    void add(processor::LongWork& work);

    /// One slice of such work. False: there is none.
    bool run_long_work();

    /// The longest that a thread runs while others are ready, roughly: up to two of these.
    void set_slice(base::Nanoseconds slice) { queue_.set_slice(slice); }

    /// How often another thread was taken than ran before.
    [[nodiscard]] base::u64 switches() const { return switches_; }

    /// How often the running one had to make room.
    [[nodiscard]] base::u64 preemptions() const { return preemptions_; }

  private:
    struct SliceEnd : time::Timer {
        explicit SliceEnd(Dispatcher& whose) : Timer(&SliceEnd::ring), dispatcher(whose) {}

        static void ring(time::Timer& timer) { static_cast<SliceEnd&>(timer).dispatcher.on_slice_end(); }

        Dispatcher& dispatcher;
    };

    /// Slices of long work between two threads: together shorter than a thread's turn.
    static constexpr int kLongWorkTurn = 64;

    void take_turn_of_long_work();

    [[nodiscard]] bool is_alone() const { return queue_.is_empty() && long_work_.empty(); }

    void enter_current(processor::Processor& self);
    void after_interrupt(Thread& thread);
    bool go_on_after_trap(Thread& thread);
    /// Whether somebody goes on at once: the current one, or who got the processor from it.
    bool go_on(Disposition disposition);
    bool end_or_park(Disposition disposition);
    void hand_over(Thread& next);
    void take_turn(Thread& thread);
    /// It is asked to end or to be suspended.
    void attend_to_current();
    void park_current();
    void look_again(Thread& thread);
    void suspend(Thread& thread, bool was_parked);
    void arrive_suspended(Thread& thread);
    void make_current(Thread& thread);
    void make_ready(Thread& thread);
    void put_away(ThreadState state);
    void end_current();
    void arm_slice();
    void disarm_slice();
    void on_slice_end();

    interrupt::VectorTable& vectors_;
    time::Timers& timers_;
    const time::Clock& clock_;
    RunQueue queue_;
    processor::LongWorkList long_work_;
    Thread* current_ = nullptr;
    SliceEnd slice_end_;
    bool slice_is_armed_ = false;
    bool slice_is_over_ = false;
    base::u64 switches_ = 0;
    base::u64 turns_ = 0; ///< threads taken from the queue
    base::u64 turns_when_armed_ = 0;
    base::u64 preemptions_ = 0;
};

} // namespace kernel::thread
