/// Who runs: what a thread is to the scheduler.
#pragma once

#include "libs/cpu_set/cpu_set.hpp"
#include "libs/scheduler/context.hpp"

namespace scheduler {

/// Base of a thread. It has a context of its own, and may run on that of somebody who called it.
///
///     client.lend(server);                           // the call: no queue and no clock is touched
///     server.give_back(client, client.own());        // the reply
///     server.return_to_owner();                      // the end of what was lent
///
/// A boost is of who runs, and stays with the context: after each of these RunQueue::boost() tells it the rank of who
/// has it now, which costs a comparison where that changes nothing.
class Runner {
  public:
    /// May run anywhere.
    explicit Runner(const Parameters& parameters) : own_(*this, parameters) {}

    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    [[nodiscard]] Context& own() { return own_; }

    [[nodiscard]] const Context& own() const { return own_; }

    /// On which it runs, or will. Null: it lent it to someone.
    [[nodiscard]] Context* on() const { return on_; }

    [[nodiscard]] bool runs_for_others() const { return on_ != nullptr && on_ != &own_; }

    /// Lends what it runs on to `to`, which is in no queue and has nothing lent: the call of a waiting server. What is
    /// in a queue stays there.
    void lend(Runner& to) {
        ASSERT(on_ != nullptr && &to != this);
        ASSERT(!to.runs_for_others() && !to.own_.is_queued(), "lent to one that can run by itself");
        move(to);
    }

    /// Gives what was lent to it to `to`, whom it answers, and goes on, or waits, with its own. Whether it had anything
    /// of the one that `to` lent: else nothing happens, and `to` is to be woken with its own.
    bool give_back(Runner& to, const Context& lent) {
        if (on_ != &lent || !runs_for_others()) {
            return false;
        }
        move(to);
        return true;
    }

    /// Gives what was lent to it to whom it belongs, wherever it came by: its time is over, or the owner wants it. The
    /// owner has it again, and is the one who waits.
    void return_to_owner() {
        if (runs_for_others()) {
            move(on_->owner());
        }
    }

    /// What it ran on its own context, as far as the clock was read.
    [[nodiscard]] base::Nanoseconds own_time() const { return own_time_; }

    /// What it ran on contexts of others, as far as the clock was read meanwhile.
    [[nodiscard]] base::Nanoseconds time_for_others() const { return time_for_others_; }

    [[nodiscard]] const cpu_set::CpuSet& affinity() const { return affinity_; }

    /// Of a set that check_affinity() finds good. Whoever is elsewhere is moved by the caller.
    void set_affinity(const cpu_set::CpuSet& affinity) { affinity_ = affinity; }

    /// When it ran last, as far as the clock was read.
    [[nodiscard]] base::Nanoseconds last_ran() const { return last_ran_; }

    void set_last_ran(base::Nanoseconds now) { last_ran_ = now; }

  private:
    friend class RunQueue;

    void move(Runner& to) {
        to.on_ = on_;
        on_->runner_ = &to;
        // Its own may be what moved: then it has none.
        on_ = own_.runner_ == this ? &own_ : nullptr;
    }

    void note(base::Nanoseconds ran) { (runs_for_others() ? time_for_others_ : own_time_) += ran; }

    Context own_;
    Context* on_ = &own_;
    base::Nanoseconds own_time_;
    base::Nanoseconds time_for_others_;
    base::Nanoseconds last_ran_;
    cpu_set::CpuSet affinity_ = cpu_set::CpuSet::all();
};

} // namespace scheduler
