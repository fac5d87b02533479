/// What is scheduled: the right to a processor. Who makes use of it may change while it runs.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/intrusive_list.hpp"
#include "libs/scheduler/augmented_tree.hpp"
#include "libs/scheduler/parameters.hpp"
#include "libs/scheduler/rank.hpp"

namespace scheduler {

class FairQueue;
class Group;
struct WaitingContexts;
class RunQueue;
class Runner;

/// Class, priority, weight, slice and group of a thread, and the time that was used of it. Each belongs to a Runner for
/// life; a call lends it to another one and back (Runner::lend()), which no queue sees. In one queue at most, as long
/// as someone runs or wants to run on it.
class Context : public base::ListLink<WaitingContexts>, public AugmentedLink<Context, base::u64> {
  public:
    /// Of parameters that check() finds good.
    Context(Runner& owner, const Parameters& parameters)
        : owner_(owner), runner_(&owner), parameters_(parameters), weight_(scaled(parameters)) {}

    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    ~Context() { ASSERT(!is_queued() && held_in_ == nullptr, "a context dies in a queue"); }

    [[nodiscard]] Runner& owner() const { return owner_; }

    /// Who runs on it now, or will.
    [[nodiscard]] Runner& runner() const { return *runner_; }

    [[nodiscard]] bool is_lent() const { return runner_ != &owner_; }

    [[nodiscard]] const Parameters& parameters() const { return parameters_; }

    /// Its own, or what it was boosted to.
    [[nodiscard]] Rank rank() const { return std::max(Rank::of(parameters_), boost_); }

    /// What RunQueue::boost() said last.
    [[nodiscard]] Rank boost() const { return boost_; }

    [[nodiscard]] bool is_boosted() const { return boost_ > Rank::of(parameters_); }

    /// How long it runs while others of its rank are ready. 0: nothing ends its turn.
    [[nodiscard]] base::Nanoseconds slice() const {
        const Class of = is_boosted() ? boosted_class() : parameters_.of;
        return !is_boosted() && parameters_.slice != base::Nanoseconds{0} ? parameters_.slice : default_slice(of);
    }

    /// All the time that anybody ran on it.
    [[nodiscard]] base::Nanoseconds used() const { return used_; }

    /// Who does not use its queue may ask too: if it is in none, it was left as it is seen here.
    [[nodiscard]] bool is_queued() const { return queue() != nullptr; }

    /// In which queue; null: in none.
    [[nodiscard]] RunQueue* queue() const { return queue_.load(std::memory_order_acquire); }

    /// Whether it would be in a queue, had its group time left.
    [[nodiscard]] bool is_held() const { return held_in_ != nullptr; }

    [[nodiscard]] Group* group() const { return group_; }

    /// While it is in no queue.
    void set_group(Group* group) {
        ASSERT(!is_queued() && held_in_ == nullptr);
        group_ = group;
    }

    /// What it counts beside others of its class: its weight in units of 1/1024, or its part of its group's share.
    [[nodiscard]] base::u64 scaled_weight() const { return weight_; }

    static constexpr base::u64 kWeightScale = 1024;

  private:
    friend class FairQueue;
    friend class Group;
    friend class RealTimeQueue;
    friend class RunQueue;
    friend class Runner;
    friend struct ByDeadline;

    /// Real time has none; should one of it be asked for a place among the fair, it counts as any.
    static constexpr base::u64 scaled(const Parameters& parameters) {
        return (parameters.weight == 0 ? kDefaultWeight : parameters.weight) * kWeightScale;
    }

    [[nodiscard]] Class boosted_class() const {
        return boost_.is_real_time() ? Class::Fifo : static_cast<Class>(boost_.value());
    }

    Runner& owner_;
    Runner* runner_;
    Parameters parameters_;
    Rank boost_;
    Group* group_ = nullptr;
    std::atomic<RunQueue*> queue_{nullptr};
    base::IntrusiveList<Context, WaitingContexts>* held_in_ = nullptr;
    base::Nanoseconds used_;
    base::Nanoseconds turn_left_; ///< of a turn of RoundRobin

    // Among the fair: virtual time advances by kVirtualUnit / weight_ for each nanosecond, and wraps.
    base::u64 weight_;
    base::u64 virtual_time_ = 0;
    base::u64 fraction_ = 0;               ///< of virtual time that is not yet a whole, in 1 / weight_
    base::u64 deadline_ = 0;               ///< the virtual time at which its request is fulfilled
    base::i64 lag_ = 0;                    ///< while it is in no queue: what it is owed, in nanoseconds * kVirtualUnit
    const FairQueue* left_from_ = nullptr; ///< to which its virtual time means something
};

} // namespace scheduler
