// What pagers do with the Memory whose pages they supply.
#include "abi/arguments.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/memory_copy.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/supply_operation.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;
using base::u64;
using memory_object::Want;
using object::Memory;

namespace {

Memory& memory_of(const Invocation& call) { return *static_cast<MemoryObject&>(call.object()); }

constexpr u64 kMostPages = SupplyOperation::kMostPages;

/// Makes the Memory and its pager. The pager ends with it.
Result<RefPtr<Memory>> create_paged(budget::Budget& budget, const abi::CreatePagedMemoryArguments& wanted,
                                    const Lent& end) {
    const auto first_write = (wanted.flags & abi::kAsksBeforeWriting) != 0 ? memory_object::FirstWrite::AsksThePager
                                                                           : memory_object::FirstWrite::IsRecorded;
    auto& channel = static_cast<ChannelEnd&>(end.slot.target()).channel();
    auto* const pager =
        TRY(process_objects().pagers.make(budget, RefPtr<Channel>::share(channel), end.slot.qualifier()));
    auto memory = Memory::create_pager_backed(budget, base::Bytes{wanted.bytes}, first_write, *pager);
    if (!memory) {
        pager->end();
    }
    return memory;
}

Result<SupplyOperation::Move> move_of(const Invocation& call, const abi::SupplyArguments& wanted, const Lent& source) {
    const auto is_pages = [](u64 value) { return value % base::kPageSize == 0; };
    if (!is_pages(wanted.offset) || !is_pages(wanted.source_offset) || !is_pages(wanted.bytes) || wanted.bytes == 0 ||
        wanted.bytes > abi::kMostSupplied || (wanted.flags & ~abi::kSupplyForWriting) != 0) {
        return Error::InvalidArgument;
    }
    if (!is_shown(call.slot.qualifier(), wanted.offset, wanted.bytes) ||
        !is_shown(source.slot.qualifier(), wanted.source_offset, wanted.bytes)) {
        return Error::OutOfRange;
    }
    return SupplyOperation::Move{.to = static_cast<MemoryObject&>(call.object()).held(),
                                 .first = wanted.offset / base::kPageSize,
                                 .from = static_cast<MemoryObject&>(source.slot.target()).held(),
                                 .source_first = wanted.source_offset / base::kPageSize,
                                 .count = wanted.bytes / base::kPageSize,
                                 .grant = wanted.flags == abi::kSupplyForWriting ? Want::Write : Want::Read};
}

/// Begins work(pages, sweep, dirty) on at most as many pages as one answer tells of; it notes the dirty ones.
template <class Work>
Result<Progress> begin_report(const Invocation& call, Work work) {
    PageSpan span = TRY(pages_of(call));
    span.count = std::min(span.count, kMostPages);
    u64 dirty = 0;
    return begin_operation(
        call,
        [&](Operation& operation) {
            return work(span, operation.sweep(), [&](u64 page, memory_object::Word word) {
                dirty |= u64{word.is_dirty()} << (page - span.first);
            });
        },
        [&](Answer& answer, const memory_object::Progress& progress) {
            answer.give(
                abi::PagesReport{.bytes = base::Pages{progress.next - span.first}.bytes().value(), .dirty = dirty});
        });
}

} // namespace

Result<Progress> create_paged_memory(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreatePagedMemoryArguments>();
    if (wanted.flags > abi::kAsksBeforeWriting) {
        return Error::InvalidArgument;
    }
    const Lent end = TRY(resolve_lent_client(call.process, call.slot_word(0)));
    BudgetObject& payer = called_budget(call);
    auto memory = TRY(create_paged(payer.budget(), wanted, end));
    auto object = TRY(process_objects().memories.create(payer.budget(), std::move(memory), end_memory));
    TRY(give_object(call, answer, payer, std::move(object), abi::kAllPermissions, kWholeMemory));
    return Progress::Done;
}

Result<Progress> supply_memory(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::SupplyArguments>();
    constexpr abi::Permissions kTaking = abi::kRead | abi::kWrite | abi::kDelete;
    const Lent source = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, kTaking));
    auto move = TRY(move_of(call, wanted, source));
    Operation& operation = *TRY(make_operation(call));
    if (const auto begun = SupplyOperation::begin(operation, call.process.budget(), std::move(move)); !begun) {
        operation.abandon();
        return begun.error();
    }
    return Progress::Later;
}

Result<Progress> grant_writing(const Invocation& call, Answer&) {
    const PageSpan span = TRY(pages_of(call));
    if (span.count > kMostPages) {
        return Error::InvalidArgument;
    }
    TRY(memory_of(call).grant_writing(span.first, span.count));
    return Progress::Done;
}

Result<Progress> withdraw_memory(const Invocation& call, Answer&) {
    return begin_report(call, [&](PageSpan span, object::Sweep& sweep, auto on_page) {
        return memory_of(call).withdraw(span.first, span.count, sweep, on_page);
    });
}

Result<Progress> clean_memory(const Invocation& call, Answer&) {
    return begin_report(call, [&](PageSpan span, object::Sweep& sweep, auto on_page) {
        return memory_of(call).clean(span.first, span.count, sweep, on_page);
    });
}

} // namespace kernel::process
