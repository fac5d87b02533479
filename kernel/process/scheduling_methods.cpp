#include "abi/arguments.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/program_thread.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u32;

namespace {

static_assert(static_cast<u32>(abi::SchedulingClass::Idle) == static_cast<u32>(scheduler::Class::Idle) &&
              static_cast<u32>(abi::SchedulingClass::Batch) == static_cast<u32>(scheduler::Class::Batch) &&
              static_cast<u32>(abi::SchedulingClass::Interactive) == static_cast<u32>(scheduler::Class::Interactive) &&
              static_cast<u32>(abi::SchedulingClass::RoundRobin) == static_cast<u32>(scheduler::Class::RoundRobin) &&
              static_cast<u32>(abi::SchedulingClass::Fifo) == static_cast<u32>(scheduler::Class::Fifo));

ProgramThread& thread_of(const Invocation& call) { return static_cast<ProgramThread&>(call.object()); }

/// InvalidArgument: what does not fit; the rest is looked at where it is used.
Result<scheduler::Parameters> parameters_of(const abi::SchedulingArguments& wanted) {
    constexpr u32 kLargest = 0xff;
    if (wanted.scheduling_class > kLargest || wanted.priority > kLargest || wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    return scheduler::Parameters{.of = static_cast<scheduler::Class>(wanted.scheduling_class),
                                 .priority = static_cast<base::u8>(wanted.priority),
                                 .weight = wanted.weight,
                                 .slice = base::Nanoseconds{wanted.slice}};
}

} // namespace

Result<Progress> set_scheduling(const Invocation& call, Answer&) {
    TRY(thread_of(call).set_parameters(TRY(parameters_of(call.arguments<abi::SchedulingArguments>()))));
    return Progress::Done;
}

Result<Progress> tell_scheduling(const Invocation& call, Answer& answer) {
    answer.give(thread_of(call).scheduling());
    return Progress::Done;
}

Result<Progress> set_affinity(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::AffinityMask>();
    TRY(thread_of(call).set_affinity(cpu_set::CpuSet::of_words(wanted.words)));
    return Progress::Done;
}

Result<Progress> tell_affinity(const Invocation& call, Answer& answer) {
    answer.give(abi::AffinityMask{thread_of(call).affinity().words()});
    return Progress::Done;
}

} // namespace kernel::process
