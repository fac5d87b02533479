#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/chosen_processor.hpp"
#include "kernel/process/fault_channel.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/program_thread.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;
using base::u64;
using base::VirtualAddress;

namespace {

Process& process_of(const Invocation& call) { return static_cast<Process&>(call.object()); }

/// The ring of `process` that the caller lends; null: it lends none.
Result<RefPtr<Ring>> lent_ring(const Invocation& call, const Process& process) {
    const abi::SlotWord word = call.slot_word(0);
    if (word.word() == 0) {
        return RefPtr<Ring>{};
    }
    const Lent lent = TRY(resolve_lent(call.process, word, abi::ObjectKind::Ring, abi::kExecute));
    auto& ring = static_cast<Ring&>(lent.slot.target());
    return &ring.process() == &process ? Result<RefPtr<Ring>>{RefPtr<Ring>::share(ring)}
                                       : Result<RefPtr<Ring>>{Error::InvalidArgument};
}

} // namespace

Result<Progress> tell_process_state(const Invocation& call, Answer& answer) {
    Process& process = process_of(call);
    const Ending ending = process.ending();
    answer.give(abi::ProcessState{.object_id = process.id(),
                                  .capabilities = process.capabilities().count(),
                                  .slot_capacity = process.capabilities().capacity(),
                                  .threads = process.threads(),
                                  .reason = static_cast<base::u32>(ending.reason),
                                  .code = ending.code});
    return Progress::Done;
}

Result<Progress> create_ring(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateRingArguments>();
    if (wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    Process& process = process_of(call);
    const ring::Shape shape{
        .submissions = wanted.submissions, .completions = wanted.completions, .window = wanted.window};
    RingFrames frames = call.continuation.take_frames();
    if (!TRY(process.prepare_ring(shape, frames))) {
        call.continuation.begin(call.request.capability, call.request.method(), std::move(frames));
        return Progress::Again;
    }
    auto ring = TRY(process.create_ring(shape, VirtualAddress{wanted.address}, std::move(frames)));
    const abi::Handle handle = TRY(call.process.capabilities().install(*ring, abi::kAllPermissions));
    // From here on its capabilities keep it.
    Ring& kept = *ring.leak();
    process.keep_arena(kept);
    process.payer().add(kept);
    answer.give(std::array{kept.place().address().value()});
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Ring});
    return Progress::Done;
}

Result<Progress> install(const Invocation& call, Answer& answer) {
    const abi::SlotWord word = call.slot_word(0);
    const Sent sent = TRY(resolve_sent(call.process, word));
    CapabilitySpace& receiver = process_of(call).capabilities();
    const auto handle =
        sent.is_moved ? receiver.take_over(sent.slot) : receiver.derive(sent.slot, {.mask = sent.permissions});
    if (!handle && handle.error() == Error::WouldBlock) {
        return Progress::Again;
    }
    answer.give(std::array{TRY(handle).word()});
    if (sent.is_moved) {
        // Another thread may have given up what is dead by now.
        static_cast<void>(call.process.capabilities().drop(word.handle()));
    }
    return Progress::Done;
}

Result<Progress> create_thread(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CreateThreadArguments>();
    Process& process = process_of(call);
    const auto ring = TRY(lent_ring(call, process));
    const auto affinity = TRY(chosen_affinity(wanted.processor));
    auto thread = TRY(ProgramThread::create(RefPtr<Process>::share(process), ring,
                                            {.code = VirtualAddress{wanted.entry},
                                             .stack = VirtualAddress{wanted.stack},
                                             .first = wanted.first,
                                             .second = wanted.second,
                                             .third = wanted.third,
                                             .fourth = wanted.fourth},
                                            affinity));
    const abi::Handle handle = TRY(call.process.capabilities().install(*thread, abi::kAllPermissions));
    // From here on its capabilities keep it.
    process.payer().add(*thread.leak());
    answer.give_capability({handle, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::Thread});
    return Progress::Done;
}

Result<Progress> kill_process(const Invocation& call, Answer&) {
    process_of(call).end({.reason = abi::EndReason::Killed, .code = 0});
    return Progress::Done;
}

Result<Progress> wait_for_process(const Invocation& call, Answer& answer) {
    Ending ending;
    const Progress progress =
        TRY(begin_wait(call, [&](Operation& operation) { return process_of(call).wait(operation, ending); }));
    if (progress == Progress::Done) {
        answer = answer_of(ending);
    }
    return progress;
}

Result<Progress> set_fault_channel(const Invocation& call, Answer&) {
    const auto [which] = call.arguments<std::array<u64, 1>>();
    if (which > abi::kDebugger) {
        return Error::InvalidArgument;
    }
    Process& process = process_of(call);
    RefPtr<LentEnd> channel;
    if (const abi::SlotWord word = call.slot_word(0); word.word() != 0) {
        const Lent end = TRY(resolve_lent_client(call.process, word));
        channel = TRY(FaultChannel::create(process.budget(), end));
    }
    TRY(process.set_fault_channel(which, std::move(channel)));
    return Progress::Done;
}

} // namespace kernel::process
