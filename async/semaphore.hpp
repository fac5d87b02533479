/// A number of things to be had.
#pragma once

#include "async/executor.hpp"
#include "async/wait_leaf.hpp"

namespace async {

/// First come, first served: who wants few does not overtake who wants many. Belongs to one executor; nobody waits when
/// it dies.
class Semaphore {
  public:
    /// See acquire().
    class Wait final : public LeafOf<Wait, WaitLeaf> {
      public:
        Wait(Semaphore& semaphore, base::u64 count) : semaphore_(semaphore), count_(count) {}

        [[nodiscard]] Ready try_now() {
            if (!semaphore_.waiters_.empty() || semaphore_.count_ < count_) {
                return Ready::No;
            }
            semaphore_.count_ -= count_;
            return Ready::Yes;
        }

        void park() { semaphore_.waiters_.push_back(*this); }

        static void take() {}

        void cancel(Error reason) override {
            cancel_in(semaphore_.waiters_, reason);
            // Those behind it may want less.
            semaphore_.hand_out();
        }

        [[nodiscard]] std::string_view name() const override { return "Semaphore.acquire"; }

      private:
        friend class Semaphore;

        Semaphore& semaphore_;
        base::u64 count_;
    };

    explicit Semaphore(base::u64 count) : count_(count) {}

    /// To be awaited: takes `count` at once, when there are so many.
    [[nodiscard]] Wait acquire(base::u64 count = 1) { return {*this, count}; }

    /// Gives back, or adds.
    void release(base::u64 count = 1) {
        count_ += count;
        hand_out();
    }

    /// How many there are that nobody waits for.
    [[nodiscard]] base::u64 count() const { return count_; }

  private:
    void hand_out() {
        for (WaitLeaf* first = waiters_.front(); first != nullptr; first = waiters_.front()) {
            const base::u64 wanted = static_cast<Wait*>(first)->count_;
            if (wanted > count_) {
                return;
            }
            count_ -= wanted;
            waiters_.remove(*first);
            first->wake();
        }
    }

    WaitLeaf::List waiters_;
    base::u64 count_;
};

} // namespace async
