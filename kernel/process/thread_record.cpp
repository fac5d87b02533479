#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

namespace {

abi::ThreadCondition condition_of(thread::ThreadState state) {
    switch (state) {
    case thread::ThreadState::Parked: return abi::ThreadCondition::Parked;
    case thread::ThreadState::Moving:
    case thread::ThreadState::Ready: return abi::ThreadCondition::Ready;
    case thread::ThreadState::Running: return abi::ThreadCondition::Running;
    case thread::ThreadState::Suspended: return abi::ThreadCondition::Suspended;
    case thread::ThreadState::Ended: return abi::ThreadCondition::Ended;
    }
    return abi::ThreadCondition::Ended;
}

} // namespace

abi::ThreadRecord ProgramThread::record() {
    abi::ThreadRecord record{.object_id = id(),
                             .next = id(),
                             .process = process_.id(),
                             .number = 0,
                             .processor = 0,
                             .condition = static_cast<base::u32>(abi::ThreadCondition::Ended)};
    // Under the lock under which it ends: its thread is there until then.
    process_.locked([&](const Process::State&) {
        if (phase_ == Phase::Ended) {
            return;
        }
        record.number = thread_->id();
        record.processor = thread_->home().index();
        const auto condition = phase_ == Phase::New ? abi::ThreadCondition::New : condition_of(thread_->state());
        record.condition = static_cast<base::u32>(condition);
    });
    return record;
}

} // namespace kernel::process
