/// Which thread a processor runs next.
#pragma once

#include <concepts>

#include "base/units.hpp"
#include "kernel/thread/thread.hpp"
#include "kernel/time/clock.hpp"
#include "libs/scheduler/run_queue.hpp"

namespace kernel::thread {

/// What the dispatcher asks of it. Used by its own processor only, with interrupts off. The thread that runs is the one
/// that was taken, or who got the processor from it since: then that one is told when it gives the processor up.
template <class Q>
concept ReadyThreads = requires(Q& queue, const Q& constant, Thread& thread, Thread* running) {
    { queue.add(thread, running) };                          ///< became ready, while `running` runs, or nobody
    { queue.take() } -> std::same_as<Thread*>;               ///< the next one, while nobody runs; null if none is ready
    { queue.put_back(thread) };                              ///< the running one, ready, is to wait for its next turn
    { queue.leave(thread) };                                 ///< the running one is no longer ready
    { constant.is_empty() } -> std::same_as<bool>;           ///< nobody is ready but the running one
    { constant.slice() } -> std::same_as<base::Nanoseconds>; ///< how long one runs while others are ready
};

/// Threads in the order of libs/scheduler, and what each has used. Whoever gets the processor in a call runs on the
/// context of the one who called, which no one has to be told: the queue's running context is that of who was taken.
class ContextQueue {
  public:
    explicit ContextQueue(const time::Clock& clock) : clock_(clock) {}

    void add(Thread& thread, Thread* running);

    [[nodiscard]] Thread* take();

    void put_back(Thread& running);

    void leave(Thread& running);

    [[nodiscard]] bool is_empty() const { return queue_.count() == (queue_.running() == nullptr ? 0U : 1U); }

    [[nodiscard]] base::Nanoseconds slice() const { return slice_; }

    void set_slice(base::Nanoseconds slice) { slice_ = slice; }

  private:
    void charge(Thread& running);

    const time::Clock& clock_;
    scheduler::RunQueue queue_;
    base::Nanoseconds since_; ///< when the running context was charged last
    base::Nanoseconds slice_{4'000'000};
};

static_assert(ReadyThreads<ContextQueue>);

using RunQueue = ContextQueue;

} // namespace kernel::thread
