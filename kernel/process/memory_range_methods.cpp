// What is done to whole pages of a Memory, and copies of it.
#include "abi/arguments.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/memory_copy.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using object::Memory;

Result<Progress> commit_memory(const Invocation& call, Answer&) {
    return begin_on_pages(call, [](Memory& memory, Operation& operation, PageSpan span) {
        return memory.commit(span.first, span.count, operation.sweep());
    });
}

Result<Progress> zero_memory(const Invocation& call, Answer&) {
    return begin_on_pages(call, [](Memory& memory, Operation& operation, PageSpan span) {
        return memory.zero(span.first, span.count, operation.sweep());
    });
}

Result<Progress> discard_memory(const Invocation& call, Answer&) {
    return begin_on_pages(call, [](Memory& memory, Operation& operation, PageSpan span) {
        return memory.discard(span.first, span.count, operation.sweep());
    });
}

Result<Progress> clone_memory(const Invocation& call, Answer&) {
    // Who sees a part of it has no right to a copy of the whole.
    if (call.slot.qualifier() != kWholeMemory) {
        return Error::AccessDenied;
    }
    BudgetObject& payer = *TRY(lent_budget(call));
    Memory& memory = *static_cast<MemoryObject&>(call.object());
    const base::u32 place = TRY(call.process.capabilities().reserve());
    const auto give_back = [&](Error error) {
        call.process.capabilities().give_back(place);
        return error;
    };
    const auto operation = make_operation(call);
    if (!operation) {
        return give_back(operation.error());
    }
    auto copy = memory.clone(payer.budget(), (*operation)->sweep());
    if (!copy) {
        (*operation)->abandon();
        return give_back(copy.error());
    }
    auto object = process_objects().memories.create(payer.budget(), std::move(*copy), end_memory);
    if (!object) {
        // The sweep runs, and tells it.
        call.process.capabilities().give_back(place);
        (*operation)->fail_method(object.error());
        return Progress::Later;
    }
    const abi::Handle handle =
        call.process.capabilities().install_at(place, **object, abi::kAllPermissions, kWholeMemory);
    payer.add(object->release());
    Answer answer;
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Memory});
    (*operation)->finish_method(answer);
    return Progress::Later;
}

Result<Progress> copy_memory(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::MemoryCopyArguments>();
    const Lent source = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, abi::kRead));
    return begin_copy(
        call, {*static_cast<MemoryObject&>(call.object()), call.slot.qualifier(), wanted.offset},
        {*static_cast<MemoryObject&>(source.slot.target()), source.slot.qualifier(), wanted.source_offset},
        wanted.bytes);
}

} // namespace kernel::process
