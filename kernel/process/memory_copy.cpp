#include "kernel/process/memory_copy.hpp"

#include "abi/arguments.hpp"
#include "kernel/process/page_operation.hpp"
#include "kernel/process/weight.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::Result;
using base::u64;
using memory_object::Outcome;

namespace {

void tell(Operation& operation, u64 bytes) {
    Answer answer;
    answer.give(std::array{bytes});
    operation.finish_method(answer);
}

} // namespace

Result<Progress> begin_copy(const Invocation& call, const MemoryRange& to, const MemoryRange& from, u64 bytes) {
    if (bytes == 0) {
        return Error::InvalidArgument;
    }
    if (!is_shown(to.qualifier, to.offset, bytes) || !is_shown(from.qualifier, from.offset, bytes)) {
        return Error::OutOfRange;
    }
    Operation& operation = *TRY(make_operation(call));
    const auto copied =
        to.memory.copy_from(Bytes{to.offset}, from.memory, Bytes{from.offset}, bytes, operation.sweep());
    if (!copied) {
        operation.abandon();
        return copied.error();
    }
    call.submitter.weight += weight_of_bytes(copied->bytes);
    if (copied->bytes == 0 && copied->missing_in != nullptr) {
        PageOperation::wait(operation, call.process.budget(),
                            {*copied->missing_in, copied->page, copied->outcome, copied->want, copied->answers_seen});
    } else {
        tell(operation, copied->bytes);
    }
    return Progress::Later;
}

Result<PageSpan> pages_of(const Invocation& call) {
    const auto range = call.arguments<abi::RangeArguments>();
    if (range.bytes == 0 || range.address % base::kPageSize != 0 || range.bytes % base::kPageSize != 0) {
        return Error::InvalidArgument;
    }
    if (!is_shown(call.slot.qualifier(), range.address, range.bytes)) {
        return Error::OutOfRange;
    }
    return PageSpan{range.address / base::kPageSize, range.bytes / base::kPageSize};
}

void finish_on_pages(Operation& operation, const Invocation& call, PageSpan span,
                     const memory_object::Progress& progress, u64 answers_seen) {
    call.submitter.weight += weight_of_pages(progress.next - span.first);
    if (progress.next == span.first && progress.outcome != Outcome::Ready) {
        object::Memory& memory = *static_cast<MemoryObject&>(call.object());
        PageOperation::wait(operation, call.process.budget(),
                            {memory, span.first, progress.outcome, memory_object::Want::Write, answers_seen});
    } else {
        tell(operation, base::Pages{progress.next - span.first}.bytes().value());
    }
}

} // namespace kernel::process
