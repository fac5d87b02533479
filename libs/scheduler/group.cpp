#include "libs/scheduler/group.hpp"

#include <utility>

namespace scheduler {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u64;

Group::~Group() { ASSERT(children_ == 0 && !has_held() && active_ == 0, "a group dies in use"); }

Group& Group::root() {
    Group* at = this;
    while (at->parent_ != nullptr) {
        at = at->parent_;
    }
    return *at;
}

Result<void> Group::attach(Group& parent, const GroupLimits& limits, Nanoseconds now) {
    if (parent_ != nullptr || children_ != 0 || active_ != 0 || has_held()) {
        return Error::BadState;
    }
    if (parent.depth_ + 1 >= kMaximumDepth) {
        return Error::OutOfRange;
    }
    TRY(check(limits));
    parent_ = &parent;
    depth_ = parent.depth_ + 1;
    ++parent.children_;
    return set_limits(limits, now);
}

Result<void> Group::detach() {
    if (parent_ == nullptr) {
        return Error::BadState;
    }
    if (children_ != 0 || active_ != 0 || has_held()) {
        return Error::Busy;
    }
    parent_->reserved_ -= real_time_.quota().part();
    --parent_->children_;
    parent_ = nullptr;
    depth_ = 0;
    real_time_ = {};
    return {};
}

Result<void> Group::set_limits(const GroupLimits& limits, Nanoseconds now) {
    TRY(check(limits));
    if (limits.quota.is_limited() && real_time_.quota().part() > limits.quota.part()) {
        return Error::Busy;
    }
    if (parent_ != nullptr && active_ != 0) {
        parent_->remove_active(scaled_share());
        share_ = limits.share;
        parent_->add_active(scaled_share());
    }
    share_ = limits.share;
    all_.begin(now, limits.quota);
    return {};
}

/// What its children may reserve: of the machine, or of what it reserved itself.
u64 Group::capacity() const { return parent_ == nullptr ? capacity_ : real_time_.quota().part(); }

std::optional<Refusal> Group::reserve_real_time(const Quota& quota, Nanoseconds now) {
    const u64 asked = quota.part();
    const u64 had = real_time_.quota().part();
    if (parent_ == nullptr || !scheduler::check(quota)) {
        return Refusal{.asked = asked, .reserved = 0, .capacity = 0, .depth = depth_};
    }
    if (asked < reserved_) { // its children have more
        return Refusal{.asked = reserved_, .reserved = 0, .capacity = asked, .depth = depth_};
    }
    if (all_.is_limited() && asked > all_.quota().part()) {
        return Refusal{.asked = asked, .reserved = 0, .capacity = all_.quota().part(), .depth = depth_};
    }
    const u64 others = parent_->reserved_ - had;
    if (others + asked > parent_->capacity()) {
        return Refusal{.asked = asked, .reserved = others, .capacity = parent_->capacity(), .depth = parent_->depth_};
    }
    parent_->reserved_ = others + asked;
    real_time_.begin(now, quota);
    return std::nullopt;
}

Nanoseconds Group::available_here(Nanoseconds now, Nanoseconds wanted, Class of) {
    if (all_.is_limited()) {
        wanted = std::min(wanted, std::max(all_.quota().amount / kGrantsOfAQuota, kSmallestGrant));
    }
    wanted = all_.available(now, wanted);
    if (!is_real_time(of)) {
        return wanted;
    }
    return allows_real_time() ? real_time_.available(now, wanted) : Nanoseconds{0};
}

Nanoseconds Group::obtain(Nanoseconds now, Nanoseconds wanted, Class of) {
    for (Group* at = this; at != nullptr; at = at->parent_) {
        wanted = at->available_here(now, wanted, of);
    }
    for (Group* at = this; at != nullptr; at = at->parent_) {
        at->all_.take(wanted);
        at->real_time_.take(is_real_time(of) ? wanted : Nanoseconds{0});
    }
    return wanted;
}

void Group::settle(Nanoseconds obtained, Nanoseconds used, Class of) {
    const auto correct = [&](Bandwidth& bandwidth) {
        if (used < obtained) {
            bandwidth.give_back(obtained - used);
        } else {
            bandwidth.take(used - obtained);
        }
    };
    for (Group* at = this; at != nullptr; at = at->parent_) {
        at->used_ += used;
        correct(at->all_);
        if (is_real_time(of)) {
            correct(at->real_time_);
        }
    }
}

void Group::hold_in(List& list, Context& context) {
    list.push_back(context);
    context.held_in_ = &list;
    if (!base::IntrusiveList<Group, HoldingGroups>::is_linked(*this)) {
        root().holding_.push_back(*this);
    }
}

void Group::hold(Context& context, Nanoseconds now) {
    constexpr Nanoseconds kAny{1};
    ASSERT(!context.is_queued() && !context.is_held());
    for (Group* at = this; at != nullptr; at = at->parent_) {
        if (at->all_.available(now, kAny) == Nanoseconds{0}) {
            return at->hold_in(at->held_, context);
        }
        if (at->available_here(now, kAny, context.parameters().of) == Nanoseconds{0}) {
            return at->hold_in(at->held_real_time_, context);
        }
    }
    // Time came meanwhile.
    hold_in(held_, context);
}

void Group::let_go(Context& context) {
    ASSERT(context.is_held());
    List* const list = std::exchange(context.held_in_, nullptr);
    Group* at = context.group();
    while (list != &at->held_ && list != &at->held_real_time_) {
        at = at->parent_;
    }
    list->remove(context);
    if (!at->has_held()) {
        at->root().holding_.remove(*at);
    }
}

std::optional<Nanoseconds> Group::next_release() const {
    const bool waits_for_real_time = !held_real_time_.empty() && real_time_.is_limited();
    if (held_.empty() && !waits_for_real_time) {
        return std::nullopt;
    }
    const Nanoseconds all = all_.next_refill();
    const Nanoseconds real_time = real_time_.next_refill();
    return held_.empty() ? real_time : waits_for_real_time ? std::min(all, real_time) : all;
}

std::optional<Nanoseconds> Group::next_release_of_all() const {
    std::optional<Nanoseconds> next;
    for (const Group& group : holding_) {
        const auto of_group = group.next_release();
        if (of_group && (!next || *of_group < *next)) {
            next = of_group;
        }
    }
    return next;
}

Context* Group::first_to_release(Nanoseconds now) {
    constexpr Nanoseconds kAny{1};
    // Both are asked, so that both know of a new period.
    const bool has_time = all_.available(now, kAny) != Nanoseconds{0};
    const bool has_real_time = allows_real_time() && real_time_.available(now, kAny) != Nanoseconds{0};
    if (has_time && !held_.empty()) {
        return held_.front();
    }
    return has_time && has_real_time ? held_real_time_.front() : nullptr;
}

void Group::activate(const Context& context) {
    if (!is_real_time(context.parameters().of)) {
        add_active(context.parameters().weight * Context::kWeightScale);
    }
}

void Group::deactivate(const Context& context) {
    if (!is_real_time(context.parameters().of)) {
        remove_active(context.parameters().weight * Context::kWeightScale);
    }
}

void Group::add_active(u64 weight) {
    const bool is_first = active_ == 0;
    active_ += weight;
    if (is_first && parent_ != nullptr) {
        parent_->add_active(scaled_share());
    }
}

void Group::remove_active(u64 weight) {
    ASSERT(active_ >= weight, "more ceased to compete than began");
    active_ -= weight;
    if (active_ == 0 && parent_ != nullptr) {
        parent_->remove_active(scaled_share());
    }
}

u64 Group::weight_of(const Context& context) const {
    if (is_real_time(context.parameters().of)) {
        return kDefaultWeight * Context::kWeightScale;
    }
    u64 weight = context.parameters().weight * Context::kWeightScale;
    for (const Group* at = this; at->parent_ != nullptr; at = at->parent_) {
        weight = weight * at->scaled_share() / std::max(at->active_, weight);
    }
    return std::max(weight, u64{1});
}

} // namespace scheduler
