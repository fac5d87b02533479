/// Which thread a processor runs next.
#pragma once

#include <concepts>

#include "base/intrusive_list.hpp"
#include "base/units.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::thread {

/// What the dispatcher asks of it. Used by its own processor only, with interrupts off.
template <class Q>
concept ReadyThreads = requires(Q& queue, const Q& constant, Thread& thread) {
    { queue.add(thread) };                     ///< became ready, or its slice is over
    { queue.take() } -> std::same_as<Thread*>; ///< the next one; null if none is ready
    { constant.is_empty() } -> std::same_as<bool>;
    { constant.slice() } -> std::same_as<base::Nanoseconds>; ///< how long one runs while others are ready
};

/// By turns, in the order in which they became ready.
class RoundRobin {
  public:
    void add(Thread& thread) { threads_.push_back(thread); }

    [[nodiscard]] Thread* take() { return threads_.pop_front(); }

    [[nodiscard]] bool is_empty() const { return threads_.empty(); }

    [[nodiscard]] base::Nanoseconds slice() const { return slice_; }

    void set_slice(base::Nanoseconds slice) { slice_ = slice; }

  private:
    base::IntrusiveList<Thread> threads_;
    base::Nanoseconds slice_{4'000'000};
};

static_assert(ReadyThreads<RoundRobin>);

using RunQueue = RoundRobin;

} // namespace kernel::thread
