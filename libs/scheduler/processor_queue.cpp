#include "libs/scheduler/processor_queue.hpp"

namespace scheduler {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u64;

void ProcessorQueue::add(Context& context) {
    if (context.group() != nullptr) {
        context.group()->activate(context);
        RunQueue::reweigh(context, context.group()->weight_of(context));
        ++grouped_;
    }
    queue_.add(context);
}

void ProcessorQueue::remove(Context& context) {
    if (context.is_held()) {
        Group::let_go(context);
        return;
    }
    if (&context == running()) {
        settle();
    }
    queue_.remove(context);
    if (context.group() != nullptr) {
        context.group()->deactivate(context);
        --grouped_;
    }
}

RealTime ProcessorQueue::guard(Nanoseconds now) {
    return guard_.available(now, Nanoseconds{1}) == Nanoseconds{0} ? RealTime::GivesWay : RealTime::Runs;
}

Turn ProcessorQueue::take(Nanoseconds now) {
    settle();
    since_ = now;
    for (int held = 0; held < kHeldAtOnce; ++held) {
        Context* const context = queue_.take(guard(now));
        if (context == nullptr) {
            return {.has_held = held != 0};
        }
        if (obtain(now)) {
            reweigh(*context);
            return {.context = context, .end = next_decision(now), .has_held = held != 0};
        }
        run_out(*context, now);
    }
    return {.is_cut_short = true, .has_held = true};
}

/// One that is boosted runs on whatever its group has left, which pays later: somebody waits for it.
bool ProcessorQueue::obtain(Nanoseconds now) {
    Context& context = *running();
    obtained_ = used_ = {};
    obtained_for_ = context.parameters().of;
    if (context.group() == nullptr || context.is_boosted()) {
        obtained_ = kForEver;
        return true;
    }
    obtained_ = context.group()->obtain(now, kForEver, obtained_for_);
    return obtained_ != Nanoseconds{0};
}

void ProcessorQueue::settle() {
    const Context* const context = running();
    if (context == nullptr || context->group() == nullptr) {
        return;
    }
    const bool was_granted = obtained_ != kForEver;
    context->group()->settle(was_granted ? obtained_ : Nanoseconds{0}, used_, obtained_for_);
    obtained_ = used_ = {};
}

/// The running one has no time left. Of a lent one, whoever ran on it goes on with its own.
void ProcessorQueue::run_out(Context& context, Nanoseconds now) {
    if (context.is_lent()) {
        end_loan(context);
        return;
    }
    remove(context);
    context.group()->hold(context, now);
}

/// The rank that whoever ran on it has from those who wait goes with him.
void ProcessorQueue::end_loan(Context& context) {
    Runner& server = context.runner();
    remove(context);
    server.return_to_owner();
    RunQueue::boost(server.own(), context.boost());
    RunQueue::boost(context, Rank{});
    add(server.own());
}

void ProcessorQueue::reweigh(Context& context) {
    if (context.group() == nullptr || is_real_time(context.parameters().of)) {
        return;
    }
    const u64 now = context.scaled_weight();
    const u64 wanted = context.group()->weight_of(context);
    if ((now > wanted ? now - wanted : wanted - now) * kNearEnough >= wanted) {
        RunQueue::reweigh(context, wanted);
    }
}

bool ProcessorQueue::charge(Nanoseconds now, Nanoseconds stolen) {
    Context* const context = running();
    if (context == nullptr) {
        return true;
    }
    const Nanoseconds elapsed = now - since_;
    const Nanoseconds ran = elapsed - std::min(stolen, elapsed);
    since_ = now;
    used_ += ran;
    context->runner().set_last_ran(now);
    const bool is_urgent = context->rank().is_real_time();
    if (is_urgent && queue_.has_fair()) {
        guard_.take(ran);
    }
    bool is_over = queue_.charge(elapsed, stolen);
    if (is_over && context->is_lent()) {
        end_loan(*context);
        return true;
    }
    if (!is_over && used_ >= obtained_) {
        settle();
        is_over = !obtain(now);
    }
    const bool is_between = queue_.has_fair() && queue_.has_real_time();
    return is_over || (is_between && (guard(now) == RealTime::GivesWay) == is_urgent);
}

void ProcessorQueue::put_back() {
    settle();
    queue_.put_back();
}

bool ProcessorQueue::preempts(const Context& woken, Nanoseconds now) {
    const Context* const context = running();
    const bool has_to_wait = woken.rank().is_real_time() && context != nullptr && !context->rank().is_real_time() &&
                             guard(now) == RealTime::GivesWay;
    return !has_to_wait && queue_.preempts(woken);
}

std::optional<Nanoseconds> ProcessorQueue::next_decision(Nanoseconds now) {
    const auto turn = queue_.next_decision();
    Nanoseconds end = turn ? now + *turn : kForEver;
    if (obtained_ != kForEver) {
        end = std::min(end, now + (obtained_ - std::min(used_, obtained_)));
    }
    const bool has_both = queue_.has_fair() && queue_.has_real_time();
    if (has_both && guard(now) == RealTime::GivesWay) {
        end = std::min(end, guard_.next_refill());
    } else if (has_both) {
        end = std::min(end, now + guard_.available(now, kForEver));
    }
    return end == kForEver ? std::nullopt : std::optional{end};
}

Result<void> ProcessorQueue::change(Context& context, const Parameters& parameters) {
    TRY(check(parameters));
    Group* const group = context.group();
    if (group != nullptr && is_real_time(parameters.of) && !group->allows_real_time()) {
        return Error::OverBudget;
    }
    const bool is_active = group != nullptr && context.is_queued();
    if (is_active) {
        group->deactivate(context);
    }
    TRY(RunQueue::change(context, parameters));
    if (is_active) {
        group->activate(context);
        RunQueue::reweigh(context, group->weight_of(context));
    }
    return {};
}

} // namespace scheduler
