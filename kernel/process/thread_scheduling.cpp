// How a thread of a process is scheduled.
#include "kernel/core/kernel.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u32;

namespace {

/// `told` is of one that runs as `rank`, which may be more than it is by itself.
void tell_inherited(abi::ThreadScheduling& told, scheduler::Rank rank) {
    const auto of = rank.is_real_time() ? scheduler::Class::Fifo : static_cast<scheduler::Class>(rank.value());
    if (rank > scheduler::Rank::of({.of = static_cast<scheduler::Class>(told.scheduling_class),
                                    .priority = static_cast<base::u8>(told.priority)})) {
        told.running_class = static_cast<u32>(of);
        told.running_priority = rank.priority();
    }
}

} // namespace

/// Real time keeps all others waiting: that is for the first program, who is paid for by the same budget, and where
/// some is reserved.
Result<void> ProgramThread::admit_real_time() const {
    thread::Group* const group = process_.payer().group();
    if (group != nullptr) {
        return core::kernel().groups.allows_real_time(*group) ? Result<void>{} : Error::OverBudget;
    }
    return &process_.budget() == process_objects().real_time_budget ? Result<void>{} : Error::AccessDenied;
}

Result<void> ProgramThread::set_parameters(const scheduler::Parameters& parameters) {
    TRY(scheduler::check(parameters));
    if (scheduler::is_real_time(parameters.of)) {
        TRY(admit_real_time());
    }
    TRY(process_.locked([&](const Process::State&) -> Result<void> {
        if (phase_ == Phase::Ended || is_gone_) {
            return Error::BadState;
        }
        parameters_ = parameters;
        thread::change(*thread_, parameters);
        if (ring_owner_) {
            process_objects().inheritance.set_own(ring_owner_->rank(), scheduler::Rank::of(parameters));
        }
        return {};
    }));
    lend_to_called();
    return {};
}

Result<void> ProgramThread::set_affinity(const cpu_set::CpuSet& affinity) {
    TRY(scheduler::check_affinity(affinity, core::kernel().placement.topology()));
    return process_.locked([&](const Process::State&) -> Result<void> {
        if (phase_ == Phase::Ended || is_gone_) {
            return Error::BadState;
        }
        affinity_ = affinity;
        thread::move(*thread_, affinity);
        return {};
    });
}

abi::ThreadScheduling ProgramThread::scheduling() {
    return process_.locked([&](const Process::State&) {
        abi::ThreadScheduling told{.scheduling_class = static_cast<u32>(parameters_.of),
                                   .priority = parameters_.priority,
                                   .weight = parameters_.weight,
                                   .processor = 0,
                                   .slice = parameters_.slice.value(),
                                   .used = told_own_,
                                   .used_for_others = told_for_others_,
                                   .running_class = static_cast<u32>(parameters_.of),
                                   .running_priority = parameters_.priority};
        if (phase_ == Phase::Begun && ring_owner_) {
            tell_inherited(told, ring_owner_->rank().told());
        }
        if (phase_ != Phase::Ended) {
            told.processor = thread_->home().index();
            told.used = thread_->told_own_time().value();
            told.used_for_others = thread_->told_time_for_others().value();
        }
        return told;
    });
}

cpu_set::CpuSet ProgramThread::affinity() {
    return process_.locked([this](const Process::State&) { return affinity_; });
}

} // namespace kernel::process
