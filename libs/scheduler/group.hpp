/// Those who share what is theirs: a tree of groups.
///
///     Group machine, web, shell;
///     machine.set_capacity(16);
///     TRY(web.attach(machine, {.share = 1024, .quota = {50_ms, 100_ms}}, now));
///     if (const auto refusal = web.reserve_real_time({2_ms, 10_ms}, now)) { print(refusal->asked, refusal->capacity);
///     }
#pragma once

#include <optional>

#include "libs/scheduler/bandwidth.hpp"
#include "libs/scheduler/context.hpp"

namespace scheduler {

/// Why real time was not granted: `asked` would come to `reserved`, of which there is `capacity`; all in billionths of
/// a processor.
struct Refusal {
    base::u64 asked;
    base::u64 reserved;
    base::u64 capacity;
    base::u32 depth; ///< whose capacity it is: 0, the machine's; else that of the group so deep in the tree

    [[nodiscard]] base::u64 missing() const { return reserved + asked - capacity; }
};

struct GroupLimits {
    base::u32 share = kDefaultWeight; ///< what its fair ones count together beside others of its parent
    Quota quota{};                    ///< what all of it, and all below, may use
};

/// InvalidArgument: a share outside 1 to 65,536, or as of check() of a quota.
constexpr base::Result<void> check(const GroupLimits& limits) {
    TRY(check(limits.quota));
    return limits.share != 0 && limits.share <= kHighestWeight ? base::Result<void>{} : base::Error::InvalidArgument;
}

class Group;

/// The groups of a tree in which somebody is held.
struct HoldingGroups {};

/// Owned by who made it, and alive while it has children or contexts. All of a tree needs one lock, which is its
/// user's.
class Group : public base::ListLink<HoldingGroups> {
  public:
    static constexpr base::u32 kMaximumDepth = 16;
    /// The part of each processor that real time may reserve or use while others wait, in billionths.
    static constexpr base::u64 kRealTimePart = 950'000'000;

    Group() = default;
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    ~Group();

    /// Of the root: how many processors there are. What was granted stays granted.
    void set_capacity(base::u64 processors) { capacity_ = processors * kRealTimePart; }

    /// Puts it under `parent`. BadState: it is in a tree, or has contexts; OutOfRange: deeper than kMaximumDepth;
    /// InvalidArgument: a share outside 1 to 65,536, or as of check() of a quota.
    base::Result<void> attach(Group& parent, const GroupLimits& limits, base::Nanoseconds now);

    /// Takes it out of its tree. Busy: it has children, or contexts that are ready or held.
    base::Result<void> detach();

    /// As of attach(). A quota begins anew. Busy: more real time is reserved than the quota.
    base::Result<void> set_limits(const GroupLimits& limits, base::Nanoseconds now);

    /// Has real time of the group and all below run up to `quota`, which its parents must have reserved before; instead
    /// of what it had. Nothing: granted. Else nothing has changed. A quota that check() does not find good is never
    /// granted.
    [[nodiscard]] std::optional<Refusal> reserve_real_time(const Quota& quota, base::Nanoseconds now);

    [[nodiscard]] GroupLimits limits() const {
        return {.share = static_cast<base::u32>(share_), .quota = all_.quota()};
    }

    [[nodiscard]] Quota real_time() const { return real_time_.quota(); }

    /// Whether one of real time in it ever runs.
    [[nodiscard]] bool allows_real_time() const { return parent_ == nullptr || real_time_.is_limited(); }

    /// Has one of class `of` run from `now` on, for at most `wanted`. Returns how long; 0: it is out of time. Then it
    /// is to be held.
    [[nodiscard]] base::Nanoseconds obtain(base::Nanoseconds now, base::Nanoseconds wanted, Class of);

    /// Of what was obtained, `used` was used; that may be more.
    void settle(base::Nanoseconds obtained, base::Nanoseconds used, Class of);

    /// `context` of this group, in no queue, waits until there is time again.
    void hold(Context& context, base::Nanoseconds now);

    /// `context`, which is held, waits no longer.
    static void let_go(Context& context);

    /// When release() has something to do; nothing: nobody is held here.
    [[nodiscard]] std::optional<base::Nanoseconds> next_release() const;

    /// Calls ready(context) for those held here for whom there is time again at `now`, at most `most`. Whether there
    /// are more of them.
    template <class Ready>
    bool release(base::Nanoseconds now, base::usize most, Ready ready);

    /// Of the root: the same for all of its tree. When it has something to do; nothing: nobody is held.
    template <class Ready>
    [[nodiscard]] std::optional<base::Nanoseconds> release_all(base::Nanoseconds now, base::usize most, Ready ready);

    /// Of the root, and those held since release_all().
    [[nodiscard]] std::optional<base::Nanoseconds> next_release_of_all() const;

    /// `context` of this group begins or ceases to compete with the others of the tree.
    void activate(const Context& context);
    void deactivate(const Context& context);

    /// What the fair `context` of this group counts beside all of the tree: its part of the group's share. At least 1;
    /// of real time, what any counts.
    [[nodiscard]] base::u64 weight_of(const Context& context) const;

    /// All that was used here and below.
    [[nodiscard]] base::Nanoseconds used() const { return used_; }

  private:
    using List = base::IntrusiveList<Context, WaitingContexts>;

    /// So that those on other processors get something of a quota too.
    static constexpr base::u64 kGrantsOfAQuota = 16;
    static constexpr base::Nanoseconds kSmallestGrant{50'000};

    [[nodiscard]] base::Nanoseconds available_here(base::Nanoseconds now, base::Nanoseconds wanted, Class of);
    void hold_in(List& list, Context& context);
    /// Those for whom there is time.
    [[nodiscard]] Context* first_to_release(base::Nanoseconds now);
    [[nodiscard]] base::u64 capacity() const;
    [[nodiscard]] Group& root();

    [[nodiscard]] bool has_held() const { return !held_.empty() || !held_real_time_.empty(); }

    [[nodiscard]] base::u64 scaled_share() const { return share_ * Context::kWeightScale; }

    void add_active(base::u64 weight);
    void remove_active(base::u64 weight);

    Group* parent_ = nullptr;
    base::u32 depth_ = 0;
    base::u32 children_ = 0;
    base::u64 share_ = kDefaultWeight;
    base::u64 active_ = 0; ///< what its active contexts and children count together
    Bandwidth all_;
    Bandwidth real_time_;
    base::u64 capacity_ = 0; ///< of the root
    base::u64 reserved_ = 0; ///< by children, in billionths
    base::Nanoseconds used_;
    List held_;                                         ///< out of all time
    List held_real_time_;                               ///< out of that of real time only
    base::IntrusiveList<Group, HoldingGroups> holding_; ///< of the root
};

template <class Ready>
bool Group::release(base::Nanoseconds now, base::usize most, Ready ready) {
    for (base::usize count = 0; count < most; ++count) {
        Context* const context = first_to_release(now);
        if (context == nullptr) {
            return false;
        }
        let_go(*context);
        ready(*context);
    }
    return first_to_release(now) != nullptr;
}

template <class Ready>
std::optional<base::Nanoseconds> Group::release_all(base::Nanoseconds now, base::usize most, Ready ready) {
    base::usize left = most;
    for (base::usize groups = holding_.count(); groups != 0; --groups) {
        Group& group = *holding_.front();
        const bool has_more = group.release(now, left, [&](Context& context) {
            --left;
            ready(context);
        });
        if (has_more) {
            return now;
        }
        if (group.has_held()) {
            holding_.remove(group);
            holding_.push_back(group);
        }
    }
    return next_release_of_all();
}

} // namespace scheduler
