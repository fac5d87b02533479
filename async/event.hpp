/// Something happened: a flag to wait for.
///
///     Event ready;
///     co_await ready.wait();     // in one Job
///     ready.set();               // in another
#pragma once

#include "async/executor.hpp"
#include "async/wait_leaf.hpp"

namespace async {

/// Belongs to one executor. Nobody waits when it dies.
class Event {
  public:
    /// See wait().
    class Wait final : public LeafOf<Wait, WaitLeaf> {
      public:
        explicit Wait(Event& event) : event_(event) {}

        [[nodiscard]] Ready try_now() const { return event_.is_set_ ? Ready::Yes : Ready::No; }

        void park() { event_.waiters_.push_back(*this); }

        static void take() {}

        void cancel(Error reason) override { cancel_in(event_.waiters_, reason); }

        [[nodiscard]] std::string_view name() const override { return "Event.wait"; }

      private:
        Event& event_;
    };

    /// To be awaited: goes on once the flag is set, also if it is cleared again before its turn comes.
    [[nodiscard]] Wait wait() { return Wait(*this); }

    /// Wakes all that wait, in their order.
    void set() {
        is_set_ = true;
        while (WaitLeaf* const first = waiters_.pop_front()) {
            first->wake();
        }
    }

    void clear() { is_set_ = false; }

    [[nodiscard]] bool is_set() const { return is_set_; }

  private:
    WaitLeaf::List waiters_;
    bool is_set_ = false;
};

} // namespace async
