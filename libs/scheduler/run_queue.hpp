/// Who is ready on one processor, and who runs next.
///
///     queue.add(thread.own());                               // it was woken
///     if (queue.preempts(thread.own())) { … }
///     Context* const next = queue.take();                    // runs queue.next_decision() long, if that says so
///     if (queue.charge(clock.now() - since)) { … }           // its turn is over: take() again
///     queue.remove(next->runner().own());                    // it waits
#pragma once

#include <array>
#include <optional>

#include "base/result.hpp"
#include "libs/scheduler/fair_queue.hpp"
#include "libs/scheduler/real_time_queue.hpp"
#include "libs/scheduler/runner.hpp"

namespace scheduler {

/// Whether real time may run.
enum class RealTime : base::u8 {
    Runs,
    GivesWay, ///< only while nobody else is ready
};

/// Of one processor, used by one at a time. It holds all contexts that are ready and the running one, owns none and
/// allocates nothing.
class RunQueue {
  public:
    RunQueue() = default;
    RunQueue(const RunQueue&) = delete;
    RunQueue& operator=(const RunQueue&) = delete;

    /// `context`, in no queue, is ready: it is new, was woken, or comes from another processor.
    void add(Context& context);

    /// `context`, which is here, is no longer ready: it waits, has ended, or goes elsewhere. It may be the running one.
    void remove(Context& context);

    /// Makes the one that is to run the running one; the last one stays ready. Null: nobody is.
    Context* take(RealTime real_time = RealTime::Runs) { return running_ = pick(real_time); }

    /// Who would be taken.
    [[nodiscard]] Context* pick(RealTime real_time = RealTime::Runs);

    [[nodiscard]] bool has_real_time() const { return real_time_.count() != 0; }

    /// Whether one is ready that is not of real time.
    [[nodiscard]] bool has_fair() const { return count() != real_time_.count(); }

    /// Null: none since it was removed.
    [[nodiscard]] Context* running() const { return running_; }

    /// Adds to the account of the running one that `elapsed` passed, of which a hypervisor gave `stolen` to others.
    /// Whether its turn is over: take() may find another. There is a running one.
    bool charge(base::Nanoseconds elapsed, base::Nanoseconds stolen = {});

    /// The running one lets others of its rank go first. Then take().
    void yield();

    /// The running one runs no longer, and stays ready.
    void put_back() { running_ = nullptr; }

    /// The same, and `context`, in no queue, is the running one without having been taken: whoever ran on the last one
    /// goes on with his own. After charge().
    void go_on_with(Context& context) {
        add(context);
        running_ = &context;
    }

    /// Whether `woken`, which was added and comes after charge(), is to run at once: take() would find it, or one as
    /// urgent. Of two interactive ones it is so if the woken one is more in need, or has not had more than its part
    /// while the running one ran for a while; that one gives up the rest of its request then.
    [[nodiscard]] bool preempts(const Context& woken);

    /// In what time, after charge(), the running one is to be charged again, to see whose turn it is. Nothing: as long
    /// as nobody comes or goes, it is to run on.
    [[nodiscard]] std::optional<base::Nanoseconds> next_decision() const;

    /// Gives `context`, here or in no queue, other parameters. It keeps what it is owed. If it is the running one, or
    /// ready, somebody else may have to run now: take(). InvalidArgument as of check(): nothing has changed.
    static base::Result<void> change(Context& context, const Parameters& parameters);

    /// Has `context`, anywhere, run at least with `rank`; Rank{} ends that.
    static void boost(Context& context, Rank rank);

    /// Has `context`, which is here and fair, count for `scaled_weight`, at least 1: its part of a group's share.
    static void reweigh(Context& context, base::u64 scaled_weight);

    /// All that are ready, with the running one.
    [[nodiscard]] base::usize count() const { return count_; }

    /// What the fair ones of Interactive here count together.
    [[nodiscard]] base::u64 weight() const { return fair(Class::Interactive).weight(); }

    [[nodiscard]] const FairQueue& fair(Class of) const { return fair_.at(static_cast<base::usize>(of)); }

    /// Calls visit(context) for those that are ready and do not run, highest class first, in a class those first who
    /// wait longest for their turn, until that returns true.
    template <class Visit>
    void for_each_waiting_until(Visit visit);

  private:
    static constexpr base::usize kFairClasses = 3;

    [[nodiscard]] FairQueue& fair(Rank rank) { return fair_.at(rank.value()); }

    [[nodiscard]] const FairQueue& fair(Rank rank) const { return fair_.at(rank.value()); }

    void insert(Context& context);
    void extract(Context& context);

    /// Has change() alter what decides on a place.
    template <class Change>
    static void replace(Context& context, Change change);

    RealTimeQueue real_time_;
    std::array<FairQueue, kFairClasses> fair_;
    Context* running_ = nullptr;
    base::usize count_ = 0;
};

template <class Visit>
void RunQueue::for_each_waiting_until(Visit visit) {
    bool is_over = false;
    const auto visit_waiting = [&](Context& context) {
        is_over = &context != running_ && visit(context);
        return is_over;
    };
    real_time_.for_each_until(visit_waiting);
    for (base::usize index = fair_.size(); index-- != 0 && !is_over;) {
        fair_[index].for_each_from_last_until(visit_waiting);
    }
}

} // namespace scheduler
