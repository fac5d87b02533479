/// Those of one fair class that are ready on one processor: earliest eligible virtual deadline first.
#pragma once

#include <optional>

#include "libs/scheduler/context.hpp"

namespace scheduler {

/// Sorted by deadline; each knows the earliest virtual time below it.
struct ByDeadline {
    using Summary = base::u64;

    static bool is_earlier(base::u64 a, base::u64 b) { return static_cast<base::i64>(a - b) < 0; }

    static bool is_before(const Context& a, const Context& b) { return is_earlier(a.deadline_, b.deadline_); }

    static Summary summary_of(const Context& context) { return context.virtual_time_; }

    static Summary join(Summary a, Summary b) { return is_earlier(a, b) ? a : b; }
};

/// Each has a request, a slice, with a virtual deadline; it is eligible while it has run no more than its part. Of
/// those, the one with the earliest deadline runs until its request is fulfilled. What one is owed when it leaves, at
/// most two slices either way, it is owed when it comes back. The running one stays in the tree. Source: Stoica and
/// Abdel-Wahab, "Earliest Eligible Virtual Deadline First", 1995.
///
/// Nothing is lost to rounding: the sum of (virtual time - average) * weight over all is kept exactly.
class FairQueue {
  public:
    /// Begins a request.
    void add(Context& context);

    void remove(Context& context);

    /// Who is to run next. Null: nobody is ready.
    [[nodiscard]] Context* pick() const {
        return pick([](const Context&) {});
    }

    /// The same; calls visit(context) for each that is looked at. Mostly that is the first only, however many there
    /// are.
    template <class Visit>
    [[nodiscard]] Context* pick(Visit visit) const;

    /// Counts what `running` ran. If its request is fulfilled it has the next one; whether it is, and others are here.
    bool charge(Context& running, base::Nanoseconds ran);

    /// `running` gives up the rest of its request.
    void yield(Context& running) { begin_request(running); }

    /// `context`, which is here, counts for `scaled_weight`, at least 1, from now on; what it is owed, and what
    /// is left of its request, stays.
    void reweigh(Context& context, base::u64 scaled_weight);

    [[nodiscard]] bool is_eligible(const Context& context) const {
        return !ByDeadline::is_earlier(average_, context.virtual_time_);
    }

    /// Whether `woken` is more in need than `running`.
    [[nodiscard]] bool comes_before(const Context& woken, const Context& running) const {
        return is_eligible(woken) && (!is_eligible(running) || ByDeadline::is_before(woken, running));
    }

    /// Whether `running` has had so much of its request that one who wakes may go first.
    [[nodiscard]] bool can_be_interrupted(const Context& running) const {
        return turn_left(running).value_or(base::Nanoseconds{0}) + kPatience <= running.slice();
    }

    /// How long `running` runs until its request is fulfilled; nothing: nobody else is here.
    [[nodiscard]] std::optional<base::Nanoseconds> turn_left(const Context& running) const;

    [[nodiscard]] base::usize count() const { return tree_.count(); }

    /// The sum of what all here count.
    [[nodiscard]] base::u64 weight() const { return weight_; }

    /// Those who wait longest for their turn, first.
    template <class Visit>
    void for_each_from_last_until(Visit visit) const {
        for (Context* at = tree_.last(); at != nullptr && !visit(*at);) {
            at = tree_.previous(*at);
        }
    }

  private:
    /// So that those who wake each other do not do so more often.
    static constexpr base::Nanoseconds kPatience{500'000};

    /// What virtual time advances in a nanosecond of one with a scaled weight of 1.
    static constexpr base::u64 kVirtualUnit = kDefaultWeight * Context::kWeightScale;

    [[nodiscard]] base::i64 lag_of(const Context& context) const;
    void place(Context& context);
    void begin_request(Context& context, base::u64 fulfilled = 0);
    [[nodiscard]] static base::u64 slice_of(const Context& context);

    [[nodiscard]] static base::i64 weighted(const Context& context, base::u64 span) {
        return static_cast<base::i64>(span * context.weight_);
    }

    void settle_average();

    AugmentedTree<Context, ByDeadline> tree_;
    base::u64 weight_ = 0;
    base::u64 average_ = 0;   ///< the weighted average of all virtual times, rounded down
    base::i64 remainder_ = 0; ///< sum of (virtual time - average_) * weight; from 0 to weight_ - 1 once settled
};

template <class Visit>
Context* FairQueue::pick(Visit visit) const {
    Context* const first = tree_.first();
    if (first == nullptr) {
        return nullptr;
    }
    visit(*first);
    if (is_eligible(*first)) {
        return first;
    }
    // Somebody is: the earliest virtual time is not later than the average.
    return tree_.find_first([this](base::u64 earliest) { return !ByDeadline::is_earlier(average_, earliest); }, visit);
}

} // namespace scheduler
