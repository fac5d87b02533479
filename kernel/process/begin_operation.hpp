/// How a method begins what another processor may have to finish.
#pragma once

#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

/// For the entry of `call`. NoMemory, OverBudget.
inline base::Result<Operation*> make_operation(const Invocation& call) {
    Operation& operation = *TRY(process_objects().operations.make(call.process.budget(), call.ring, call.request.tag,
                                                                  call.request.has(abi::SubmissionFlag::Quiet),
                                                                  base::Nanoseconds{call.request.deadline}));
    operation.set_chain(call.submitter.chain);
    return &operation;
}

/// Makes an Operation and begins `work(operation)`, which answers a Result; if that is a success, a wait of the
/// operation is told when it is over, and its answer is tell(value). NoMemory, OverBudget, or the error of `work`.
template <class Work, class Tell>
base::Result<Progress> begin_operation(const Invocation& call, Work work, Tell tell) {
    Operation& operation = *TRY(make_operation(call));
    const auto begun = work(operation);
    if (!begun) {
        operation.abandon();
        return begun.error();
    }
    Answer answer;
    tell(answer, *begun);
    operation.finish_method(answer);
    return Progress::Later;
}

/// Makes an Operation that waits in the list of an object, by the authority of the capability that is invoked.
/// `link(operation)` puts it there, under the object's lock, and answers true; or, when what it waits for has come
/// already, tells the call's answer and is false; or it fails. NoMemory, OverBudget, BadHandle, or the error of `link`.
template <class Link>
base::Result<Progress> begin_wait(const Invocation& call, Link link) {
    Operation& operation = *TRY(make_operation(call));
    // It may be over as soon as it waits.
    const auto held = base::RefPtr<Operation>::share(operation);
    const auto hung = operation.hang_below(call.slot);
    if (!hung) {
        operation.abandon();
        return hung.error();
    }
    operation.expect_wait();
    const base::Result<bool> linked = link(operation);
    if (linked && *linked) {
        operation.look_for_end();
        return Progress::Later;
    }
    operation.abandon();
    return linked ? base::Result<Progress>{Progress::Done} : base::Result<Progress>{linked.error()};
}

} // namespace kernel::process
