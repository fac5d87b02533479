#include "kernel/thread/group.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::thread {

using base::Nanoseconds;
using base::Result;
using scheduler::GroupLimits;
using scheduler::Quota;

namespace {

Nanoseconds now() { return core::kernel().clock.now(); }

} // namespace

void Groups::set_capacity(base::u32 processors) {
    tree_.with([processors](Tree& tree) { tree.root.set_capacity(processors); });
}

Result<void> Groups::attach(Group& group, Group* parent, const GroupLimits& limits) {
    return tree_.with([&](Tree& tree) -> Result<void> {
        TRY(group.policy_.attach(parent != nullptr ? parent->policy_ : tree.root, limits, now()));
        group.number_ = ++tree.last_number;
        return {};
    });
}

void Groups::detach(Group& group) {
    const auto done = with([&group] { return group.policy_.detach(); });
    ASSERT(done.has_value(), "a group leaves its tree in use");
}

Result<void> Groups::set_limits(Group& group, const GroupLimits& limits) {
    TRY(with([&] { return group.policy_.set_limits(limits, now()); }));
    processor::this_processor().threads.release_held();
    return {};
}

std::optional<scheduler::Refusal> Groups::reserve_real_time(Group& group, const Quota& quota) {
    const auto refusal = with([&] { return group.policy_.reserve_real_time(quota, now()); });
    if (!refusal) {
        processor::this_processor().threads.release_held();
    }
    return refusal;
}

bool Groups::allows_real_time(Group& group) {
    return with([&group] { return group.policy_.allows_real_time(); });
}

Groups::View Groups::view(Group& group) {
    return with([&group] {
        return View{
            .limits = group.policy_.limits(), .real_time = group.policy_.real_time(), .used = group.policy_.used()};
    });
}

/// Under the lock: as long as they are not at home, nobody ends them.
std::optional<Nanoseconds> Groups::release() {
    constexpr base::usize kAtOnce = 32;
    return tree_.with([](Tree& tree) {
        return tree.root.release_all(
            now(), kAtOnce, [](scheduler::Context& context) { static_cast<Thread&>(context.owner()).send_home(); });
    });
}

std::optional<Nanoseconds> Groups::next_release() {
    return tree_.with([](const Tree& tree) { return tree.root.next_release_of_all(); });
}

} // namespace kernel::thread
