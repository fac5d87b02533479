#include "kernel/process/budget_object.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/process/capability_space.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::RefPtr;
using base::Result;

BudgetObject::BudgetObject(Life life)
    : Object(abi::ObjectKind::Budget, &BudgetObject::note_unnamed),
      LongWork([](LongWork& work) { return static_cast<BudgetObject&>(work).run_slice(); }), life_(life) {}

Result<RefPtr<BudgetObject>> BudgetObject::create(BudgetObject& parent, const Limits& limits) {
    auto child = TRY(process_objects().budgets.create_counted(parent.budget_, Life::UntilEnded));
    TRY(child->join(parent, limits));
    // Of its place in the tree, until finish().
    child->add_reference();
    return child;
}

Result<void> BudgetObject::join(BudgetObject& parent, const Limits& limits) {
    group_.store(parent.group(), std::memory_order_relaxed);
    if (limits.of_processors) {
        TRY(core::kernel().groups.attach(own_group_, parent.group(), *limits.of_processors));
        group_.store(&own_group_, std::memory_order_relaxed);
    }
    const auto joined = core::kernel().budgets.attach(budget_, parent.budget_, limits.of_things);
    if (!joined) {
        leave_groups();
    }
    return joined;
}

/// Nobody is in it any more: all that it pays for is gone.
void BudgetObject::leave_groups() {
    if (own_group() != nullptr) {
        core::kernel().groups.detach(own_group_);
    }
    group_.store(nullptr, std::memory_order_relaxed);
}

Result<void> BudgetObject::set_processor_limits(const scheduler::GroupLimits& limits) {
    if (own_group() == nullptr || is_ending()) {
        return base::Error::BadState;
    }
    return core::kernel().groups.set_limits(own_group_, limits);
}

bool BudgetObject::is_ending() {
    return state_.with([](const State& state) { return state.is_ending; });
}

void BudgetObject::destroy(BudgetObject& budget) { process_objects().budgets.destroy(budget); }

void BudgetObject::note_unnamed(Object& object) {
    auto& self = static_cast<BudgetObject&>(object);
    if (self.life_ == Life::ForEver) {
        return;
    }
    const bool is_forgotten = self.state_.with([](State& state) {
        state.is_unnamed = true;
        return state.is_forgotten();
    });
    if (is_forgotten) {
        self.begin_end();
    }
    self.drop_reference();
}

void BudgetObject::add(Object& object) {
    if (life_ == Life::ForEver) {
        return;
    }
    object.payer_ = this;
    state_.with([&object](State& state) { state.objects.push_front(object); });
}

void BudgetObject::remove(Object& object) {
    const bool is_forgotten = state_.with([&object](State& state) {
        state.objects.remove(object);
        return state.is_forgotten();
    });
    // It is not over before the memory of `object` is given back.
    if (is_forgotten) {
        begin_end();
    }
}

bool BudgetObject::may_end() {
    return life_ == Life::UntilEnded && state_.with([](const State& state) { return !state.is_over; });
}

Result<bool> BudgetObject::end(Operation& operation) {
    const bool waits = state_.with([&operation](State& state) {
        if (!state.is_over) {
            add_wait(state.waits, operation);
        }
        return !state.is_over;
    });
    if (!waits) {
        return base::Error::BadState;
    }
    begin_end();
    return true;
}

void BudgetObject::begin_end() {
    const bool is_first = state_.with([](State& state) { return !std::exchange(state.is_ending, true); });
    if (is_first) {
        core::kernel().budgets.close(budget_);
        processor::this_processor().threads.add(*this);
    }
}

bool BudgetObject::run_slice() {
    if (end_next()) {
        next_pause_ = kShortestPause;
        return false;
    }
    // Nobody may be idle who would do so otherwise.
    if (process_objects().retirement.end_some() || core::kernel().objects->reaper.run_slice()) {
        return false;
    }
    if (core::kernel().budgets.detach(budget_)) {
        leave_groups();
        finish();
    } else {
        rest();
    }
    return true;
}

void BudgetObject::mark_told(State& state, Object& object) {
    if (Objects::is_linked(object)) {
        object.is_told_to_end_ = true;
        state.objects.remove(object);
        state.objects.push_back(object);
    }
}

/// False: all were told.
bool BudgetObject::end_next() {
    constexpr base::u32 kSlice = 100;
    Object* next = nullptr;
    RefPtr<Process> process;
    RefPtr<BudgetObject> below;
    const bool is_any = state_.with([&](State& state) {
        Object* const first = state.objects.front();
        if (first == nullptr || first->is_told_to_end_) {
            return false;
        }
        if (first->kind() == abi::ObjectKind::Process) {
            process = RefPtr<Process>::share_if_alive(static_cast<Process&>(*first));
        } else if (first->kind() == abi::ObjectKind::Budget) {
            below = RefPtr<BudgetObject>::share_if_alive(static_cast<BudgetObject&>(*first));
        }
        // What is unused already may be gone when the lock is left; what is not stays until this processor leaves the
        // kernel.
        if (first->with_tree([first] { return first->was_used_; })) {
            next = first;
        } else {
            mark_told(state, *first);
        }
        return true;
    });
    if (process) {
        process->end({.reason = abi::EndReason::Killed, .code = 0});
    }
    if (below) {
        below->begin_end();
    }
    if (next != nullptr && CapabilitySpace::end_all_some(*next, kSlice)) {
        state_.with([next](State& state) { mark_told(state, *next); });
    }
    return is_any;
}

/// What is on its way back to it is looked for later, and ever less often.
void BudgetObject::rest() {
    processor::this_processor().timers.arm(pause_, core::kernel().clock.now() + next_pause_);
    next_pause_ = std::min(next_pause_ + next_pause_, kLongestPause);
}

void BudgetObject::Pause::pass(time::Timer& timer) {
    processor::this_processor().threads.add(static_cast<Pause&>(timer).owner);
}

void BudgetObject::finish() {
    OperationList waits;
    state_.with([&waits](State& state) {
        state.is_over = true;
        move_all(state.waits, waits);
    });
    complete_all(waits, Answer{});
    drop_reference();
}

} // namespace kernel::process
