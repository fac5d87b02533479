// What a budget's threads may have of the processors.
#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using base::Error;
using base::Nanoseconds;
using base::Result;

namespace {

constexpr scheduler::Quota quota_of(const abi::ProcessorQuota& wanted) {
    return {.amount = Nanoseconds{wanted.amount}, .period = Nanoseconds{wanted.period}};
}

constexpr abi::ProcessorQuota told(const scheduler::Quota& quota) {
    return {.amount = quota.amount.value(), .period = quota.period.value()};
}

/// Those of the budget that is called. BadState: it has none of its own.
Result<thread::Group*> group_of(const Invocation& call) {
    thread::Group* const group = called_budget(call).own_group();
    return group != nullptr ? Result<thread::Group*>{group} : Result<thread::Group*>{Error::BadState};
}

} // namespace

Result<std::optional<scheduler::GroupLimits>> processor_limits_of(const abi::ProcessorLimits& wanted) {
    if (wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    if (wanted.share == 0 && wanted.quota.amount == 0 && wanted.quota.period == 0) {
        return std::optional<scheduler::GroupLimits>{};
    }
    const scheduler::GroupLimits limits{.share = wanted.share, .quota = quota_of(wanted.quota)};
    TRY(scheduler::check(limits));
    return std::optional{limits};
}

Result<Progress> set_processor_limits(const Invocation& call, Answer&) {
    const auto limits = TRY(processor_limits_of(call.arguments<abi::ProcessorLimits>()));
    if (!limits) {
        return Error::InvalidArgument;
    }
    TRY(called_budget(call).set_processor_limits(*limits));
    return Progress::Done;
}

Result<Progress> reserve_real_time(const Invocation& call, Answer& answer) {
    const scheduler::Quota quota = quota_of(call.arguments<abi::ProcessorQuota>());
    TRY(scheduler::check(quota));
    const auto refusal = core::kernel().groups.reserve_real_time(*TRY(group_of(call)), quota);
    if (!refusal) {
        return Progress::Done;
    }
    answer.give(abi::RealTimeRefusal{.asked = refusal->asked,
                                     .reserved = refusal->reserved + refusal->asked,
                                     .capacity = refusal->capacity,
                                     .depth = refusal->depth});
    answer.explain();
    return Error::OverBudget;
}

Result<Progress> tell_processor_usage(const Invocation& call, Answer& answer) {
    thread::Group* const group = called_budget(call).own_group();
    if (group == nullptr) {
        answer.give(abi::ProcessorUsage{});
        return Progress::Done;
    }
    const auto view = core::kernel().groups.view(*group);
    answer.give(abi::ProcessorUsage{.share = view.limits.share,
                                    .zero = 0,
                                    .quota = told(view.limits.quota),
                                    .real_time = told(view.real_time),
                                    .used = view.used.value()});
    return Progress::Done;
}

} // namespace kernel::process
