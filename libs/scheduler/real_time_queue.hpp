/// Those of real time that are ready on one processor.
#pragma once

#include <array>

#include "libs/scheduler/context.hpp"

namespace scheduler {

/// A list for each priority. The running one is the first of its list, and stays there when a higher priority takes the
/// processor from it. All is constant time.
class RealTimeQueue {
  public:
    /// Behind those of its priority.
    void add(Context& context);

    void remove(Context& context);

    /// The first of the highest priority. Null: nobody is ready.
    [[nodiscard]] Context* pick();

    /// Counts what `running` ran. Whether its turn was over and went to another.
    bool charge(Context& running, base::Nanoseconds ran);

    /// Puts it behind those of its priority.
    void yield(Context& running);

    /// How much of its turn is left to `running`; nothing: nobody else waits for it, or it is of Fifo.
    [[nodiscard]] std::optional<base::Nanoseconds> turn_left(const Context& running) const;

    [[nodiscard]] base::usize count() const { return count_; }

    /// Calls visit(context), highest priority first, until that returns true.
    template <class Visit>
    void for_each_until(Visit visit);

  private:
    using List = base::IntrusiveList<Context, WaitingContexts>;

    static constexpr base::usize kWordBits = 64;

    static base::usize index_of(const Context& context) { return context.rank().priority() - kLowestPriority; }

    [[nodiscard]] bool has_turns(const Context& running) const {
        return running.slice() != base::Nanoseconds{0} && lists_[index_of(running)].count() > 1;
    }

    std::array<List, kHighestPriority> lists_;
    std::array<base::u64, 2> occupied_{};
    base::usize count_ = 0;
};

template <class Visit>
void RealTimeQueue::for_each_until(Visit visit) {
    for (base::usize index = lists_.size(); index-- != 0;) {
        for (Context& context : lists_[index]) {
            if (visit(context)) {
                return;
            }
        }
    }
}

} // namespace scheduler
