// What whoever debugs sees of all that there is: one entry of a list in each call.
#include "abi/debug.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;
using base::u32;
using base::u64;

namespace {

/// Of a live slot. Its object stays readable until this processor leaves the kernel, also if another ends the
/// capability meanwhile.
abi::CapabilityRecord record_of(abi::Handle handle, const capability::Slot& slot) {
    const capability::Contents contents = slot.contents();
    return {.handle = handle.word(),
            .next = 0,
            .object_id = object_of(slot).id(),
            .qualifier = contents.qualifier,
            .expiry = contents.expiry.value(),
            .kind = static_cast<base::u8>(contents.target->kind()),
            .permissions = contents.permissions.bits,
            .effective = contents.effective.bits,
            .zero = 0,
            .zeros = 0};
}

} // namespace

Result<Progress> next_process(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::NextArguments>();
    const RefPtr<Process> process = process_objects().process_registry.next_after(wanted.after);
    if (!process) {
        return Error::NotFound;
    }
    const Ending ending = process->ending();
    answer.give(abi::ProcessRecord{.object_id = process->id(),
                                   .budget = process->budget().id(),
                                   .capabilities = process->capabilities().count(),
                                   .threads = process->threads(),
                                   .reason = static_cast<u32>(ending.reason),
                                   .zero = 0,
                                   .code = ending.code});
    return Progress::Done;
}

Result<Progress> next_thread(const Invocation& call, Answer& answer) {
    constexpr u32 kMost = 32;
    const auto wanted = call.arguments<abi::NextThreadArguments>();
    abi::ThreadRecord none{};
    none.next = wanted.after;
    for (u32 looks = 0; looks < kMost; ++looks) {
        const RefPtr<ProgramThread> thread = process_objects().thread_registry.next_after(none.next);
        if (!thread) {
            return Error::NotFound;
        }
        if (wanted.process == 0 || thread->process().id() == wanted.process) {
            answer.give(thread->record());
            return Progress::Done;
        }
        none.next = thread->id();
    }
    answer.give(none);
    return Progress::Done;
}

Result<Progress> next_capability(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::NextCapabilityArguments>();
    const RefPtr<Process> process = process_objects().process_registry.find(wanted.process);
    if (!process || wanted.place > abi::Handle::kLargestSlot) {
        return Error::NotFound;
    }
    auto place = static_cast<u32>(wanted.place);
    abi::CapabilityRecord record{};
    if (!process->capabilities().visit_next(
            place, [&](abi::Handle handle, const capability::Slot& slot) { record = record_of(handle, slot); })) {
        return Error::NotFound;
    }
    record.next = place;
    answer.give(record);
    return Progress::Done;
}

Result<Progress> next_budget(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::NextArguments>();
    const auto figures = core::kernel().budgets.next_after(wanted.after);
    if (!figures) {
        return Error::NotFound;
    }
    constexpr auto kMemory = budget::index_of(budget::Kind::Memory);
    constexpr auto kCapabilities = budget::index_of(budget::Kind::Capabilities);
    constexpr auto kThreads = budget::index_of(budget::Kind::Threads);
    answer.give(abi::BudgetRecord{.id = figures->id,
                                  .parent = figures->parent,
                                  .memory_bytes = figures->used[kMemory],
                                  .memory_limit = told_limit(figures->limits[kMemory]),
                                  .capabilities = figures->used[kCapabilities],
                                  .capabilities_limit = told_limit(figures->limits[kCapabilities]),
                                  .threads = figures->used[kThreads],
                                  .threads_limit = told_limit(figures->limits[kThreads])});
    return Progress::Done;
}

} // namespace kernel::process
