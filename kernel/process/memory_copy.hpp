/// Copies between memory objects as submissions ask for them.
#pragma once

#include "kernel/process/begin_operation.hpp"
#include "kernel/process/holder.hpp"

namespace kernel::process {

/// A range of a Memory that a capability shows.
struct MemoryRange {
    object::Memory& memory;
    base::u64 qualifier;
    base::u64 offset;
};

/// Begins a copy of `bytes` from `from` to `to`; its answer is how many bytes were done. InvalidArgument: nothing to
/// copy; OutOfRange; else as of Memory::copy_from().
base::Result<Progress> begin_copy(const Invocation& call, const MemoryRange& to, const MemoryRange& from,
                                  base::u64 bytes);

/// Begins work(operation, pages) on [offset, offset + bytes) of the Memory that is invoked, whole pages, which answers
/// how far it came; its answer is how many bytes were done.
template <class Work>
base::Result<Progress> begin_on_pages(const Invocation& call, Work work);

/// How far an operation on pages came.
struct PageSpan {
    base::u64 first;
    base::u64 count;
};

/// That of the arguments, if the capability shows it. InvalidArgument: no whole pages, or none; OutOfRange.
base::Result<PageSpan> pages_of(const Invocation& call);

/// `operation` has done [span.first, progress.next), or waits for what `progress` says.
void finish_on_pages(Operation& operation, const Invocation& call, PageSpan span,
                     const memory_object::Progress& progress, base::u64 answers_seen);

template <class Work>
base::Result<Progress> begin_on_pages(const Invocation& call, Work work) {
    const PageSpan span = TRY(pages_of(call));
    object::Memory& memory = *static_cast<MemoryObject&>(call.object());
    const base::u64 answers_seen = memory.answers();
    Operation& operation = *TRY(make_operation(call));
    const base::Result<memory_object::Progress> progress = work(memory, operation, span);
    if (!progress) {
        operation.abandon();
        return progress.error();
    }
    finish_on_pages(operation, call, span, *progress, answers_seen);
    return Progress::Later;
}

} // namespace kernel::process
