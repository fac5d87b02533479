/// Threads that share what of the processors is theirs.
///
///     TRY(core::kernel().groups.attach(web, nullptr, {.share = 2048, .quota = {50_ms, 100_ms}}));
///     thread.set_group(&web);
#pragma once

#include <optional>

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/scheduler/group.hpp"

namespace kernel::thread {

/// In the tree from attach() to detach(). It outlives its threads and the groups below.
class Group {
  public:
    Group() = default;
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    /// What its threads' contexts name. Used through Groups only.
    [[nodiscard]] scheduler::Group& policy() { return policy_; }

    /// Never reused, not 0.
    [[nodiscard]] base::u64 number() const { return number_; }

  private:
    friend class Groups;

    scheduler::Group policy_;
    base::u64 number_ = 0;
};

/// The machine's one tree of groups, and its lock. Threads without a group count for themselves beside it.
class Groups {
  public:
    /// How many processors there are, of which real time may reserve a part.
    void set_capacity(base::u32 processors);

    /// Puts `group` below `parent`, or at the top if that is null. As of scheduler::Group::attach().
    base::Result<void> attach(Group& group, Group* parent, const scheduler::GroupLimits& limits);

    /// Takes out `group`, which has neither threads nor groups below.
    void detach(Group& group);

    /// As of scheduler::Group::set_limits(). Those who waited for time look again.
    base::Result<void> set_limits(Group& group, const scheduler::GroupLimits& limits);

    /// As of scheduler::Group::reserve_real_time(). Those who waited for time look again.
    std::optional<scheduler::Refusal> reserve_real_time(Group& group, const scheduler::Quota& quota);

    [[nodiscard]] bool allows_real_time(Group& group);

    struct View {
        scheduler::GroupLimits limits;
        scheduler::Quota real_time;
        base::Nanoseconds used; ///< here and below, as of the last turns
    };

    [[nodiscard]] View view(Group& group);

    /// Runs body() under the lock of the tree: what a queue does with contexts of groups.
    template <class Body>
    auto with(Body body) {
        return tree_.with([&body](const Tree&) { return body(); });
    }

    /// Sends home those held threads for whom there is time again, some at once. When to ask again; nothing: nobody is
    /// held.
    std::optional<base::Nanoseconds> release();

    /// When to call it, as of now.
    [[nodiscard]] std::optional<base::Nanoseconds> next_release();

  private:
    struct Tree {
        scheduler::Group root;
        base::u64 last_number = 0;
    };

    base::Guarded<Tree, core::KernelLock, core::kGroupsLock> tree_;
};

} // namespace kernel::thread
