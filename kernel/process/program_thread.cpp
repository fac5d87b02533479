#include "kernel/process/program_thread.hpp"

#include <algorithm>

#include "abi/call.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/process/fast_path.hpp"
#include "kernel/process/handle_report.hpp"
#include "kernel/process/invocation.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/ring/shared_word.hpp"

namespace kernel::process {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u32;
using base::u64;
using base::u8;
using thread::Disposition;
using thread::Thread;

namespace {

constexpr Ending kRefused{.reason = abi::EndReason::Refused, .code = 0};

/// For whoever traces, before a batch is run: one question for all its entries, and none of their words is kept at
/// hand. What is checked is read apart from this.
[[gnu::noinline, gnu::cold, clang::preserve_most]] void note_invocations(const Ring& from, u32 count, u64 thread) {
    for (u32 index = 0; index < count; ++index) {
        const abi::Submission& entry = from.entry(index);
        const auto method = static_cast<base::u16>(ring::load_pair(entry.method));
        core::kernel().trace.note(abi::TraceKind::Invocation, method, ring::load_once(entry.capability), thread);
    }
}

/// Whether it is in a chain with the entry behind it.
bool is_followed(const abi::Submission& entry) {
    return (ring::Head{ring::load_pair(entry.method)}.flags() & static_cast<base::u16>(abi::SubmissionFlag::Chained)) !=
           0;
}

} // namespace

Disposition ProgramThread::handle_call(Thread& thread) {
    if (Thread* const next = try_fast_path(thread); next != nullptr) {
        return Disposition::switch_to(*next);
    }
    return handle_any_call(thread);
}

[[gnu::noinline]] Disposition ProgramThread::handle_any_call(Thread& thread) {
    const auto call = Arch::user_call(thread.context());
    switch (static_cast<abi::CallNumber>(static_cast<u8>(call.number))) {
    case abi::CallNumber::Submit:
        if (call.number == static_cast<u64>(abi::CallNumber::Submit)) [[likely]] {
            return submit(thread, call);
        }
        break;
    case abi::CallNumber::DebugWrite: return write_debug(thread, call);
    case abi::CallNumber::Exit:
        if (call.number == static_cast<u64>(abi::CallNumber::Exit)) {
            process_.end({.reason = abi::EndReason::Exited, .code = call.arguments[0]});
            return Disposition::ended();
        }
        break;
    default: break;
    }
    base::FixedText<core::Log::kLineBytes> what;
    base::print(what, "there is no call {:#x}", call.number);
    return end_with_report(thread, kRefused, what.view());
}

// Part of its one caller, by the link.
[[gnu::always_inline]] Thread* ProgramThread::try_fast_path(Thread& thread) {
    const auto call = Arch::user_call(thread.context());
    const bool is_wait_for_one = call.number == static_cast<u64>(abi::CallNumber::Submit) && call.arguments[0] != 0 &&
                                 call.arguments[1] == 1 && call.arguments[2] == 0;
    const core::Kernel& kernel = core::kernel();
    if (!is_wait_for_one || ring_ == nullptr || continuation_.is_begun() || process_objects().retirement.has_work() ||
        !kernel.options.fast_path || kernel.trace.is_on(abi::TraceKind::Invocation)) {
        return nullptr;
    }
    Thread* const next = FastPath::submit(process_, *ring_, thread);
    if (next != nullptr) {
        Arch::finish_call(thread.context(), 1);
    }
    return next;
}

Disposition ProgramThread::handle_fault(Thread& thread, const arch::UserFault& fault) {
    fault_ = fault;
    if (fault_call_.tell(process_, report_of(fault))) {
        return Disposition::parked();
    }
    end_after_fault(where(thread));
    return Disposition::ended();
}

ProgramThread::Where ProgramThread::where(const Thread& thread) {
    return {.id = thread.id(), .frame = thread.context().frame()};
}

void ProgramThread::end_after_fault(const Where& where) {
    base::FixedText<core::Log::kLineBytes> what;
    thread::describe(what, fault_);
    // A page fault tells its address.
    if (fault_.kind != arch::FaultKind::Page) {
        describe_handles(what, where.frame);
    }
    end_with_report(where, {.reason = abi::EndReason::Faulted, .code = fault_.code}, what.view());
}

abi::FaultReport ProgramThread::report_of(const arch::UserFault& fault) const {
    constexpr std::array kAccess{abi::kMapRead, abi::kMapWrite, abi::kMapExecute};
    const bool is_page = fault.kind == arch::FaultKind::Page;
    const Arch::Frame& frame = thread_->context().frame();
    const auto refusal = is_page ? thread_->page_fault_wait().refusal() : std::nullopt;
    return {.process = process_.id(),
            .thread = id(),
            .address = is_page ? fault.page.address.value() : 0,
            .instruction = frame.rip,
            .stack = frame.rsp,
            .kind = static_cast<u32>(fault.kind),
            .code = static_cast<u32>(fault.code),
            .access = is_page ? static_cast<u32>(kAccess.at(static_cast<base::usize>(fault.page.access))) : 0,
            .error = refusal ? static_cast<u32>(*refusal) : 0};
}

void ProgramThread::fault_was_answered() {
    fault_call_.forget(process_);
    const bool is_good = fault_call_.status() == 0;
    const bool is_passed_on = !is_good && fault_call_.told_to_ == abi::kDebugger;
    std::optional<Where> ends;
    process_.locked([&](const Process::State&) {
        fault_call_.is_told_ = false;
        fault_call_.was_passed_on_ = is_passed_on;
        if (fault_call_.has_ended_) {
            return;
        }
        if (is_good || is_passed_on) {
            wake(*thread_);
        } else {
            ends = where(*thread_);
        }
    });
    if (ends) {
        end_after_fault(*ends);
    }
}

Disposition ProgramThread::submit(Thread& thread, const Arch::UserCall& call) {
    if (ring_ == nullptr) [[unlikely]] {
        return end_with_report(thread, kRefused, "it submits and has no ring");
    }
    const auto begun = ring_->begin(call.arguments[0], kBatch);
    if (!begun) [[unlikely]] {
        return end_with_report(thread, kRefused, "a malformed ring");
    }
    const bool gives_way = (call.arguments[0] | call.arguments[1]) == 0;
    if (gives_way && !ring_->has_turns()) {
        Arch::finish_call(thread.context(), 0);
        return Disposition::yielded();
    }
    if (core::kernel().trace.is_on(abi::TraceKind::Invocation)) [[unlikely]] {
        note_invocations(*ring_, begun->count, thread.id());
    }
    Submitter submitter{process_, *ring_, continuation_};
    [[clang::uninitialized]] Results results;
    const u32 consumed = run_batch(submitter, *begun, results);
    if (process_objects().retirement.has_work()) [[unlikely]] {
        end_retired(consumed + submitter.weight);
    }
    Arch::finish_call(thread.context(), consumed);
    // A batch that was cut short is gone on with before anything is waited for.
    const u64 wanted = consumed < begun->asked ? 0 : call.arguments[1];
    const auto most = static_cast<u32>(std::min<u64>(wanted, ring_->shape().completions));
    const Nanoseconds deadline{call.arguments[2]};
    auto outcome = ring_->end(consumed, results, thread, most, deadline, true);
    while (outcome == Ring::Outcome::HasReady) [[unlikely]] {
        // Without room for what messages bring they wait.
        static_cast<void>(ring_->fill_reserve().has_value());
        const bool has_delivered = ring_->deliver_ready(submitter.hand_over);
        outcome = ring_->end(0, results, thread, most, deadline, has_delivered);
    }
    if (outcome == Ring::Outcome::Waits) {
        return submitter.hand_over.park();
    }
    submitter.hand_over.wake_last();
    return gives_way ? Disposition::yielded() : Disposition::done();
}

/// After a batch that counted so much: of a long one it would be the second slice before an interrupt can come.
[[gnu::noinline]] void ProgramThread::end_retired(u32 counted) {
    if (counted < kBatch / 2) {
        static_cast<void>(process_objects().retirement.end_some());
    } else {
        processor::this_processor().give_back_later();
    }
}

u32 ProgramThread::run_batch(Submitter& submitter, const Ring::Begun& begun, Results& results) {
    u32 consumed = 0;
    while (consumed < begun.count && consumed + submitter.weight < kBatch) {
        const u32 ran = run_entry(submitter, begun, consumed, results);
        if (ran == 0) {
            break;
        }
        consumed += ran;
        if (results.must_be_posted() && consumed < begun.count) {
            ring_->post(results);
        }
    }
    return consumed;
}

u32 ProgramThread::run_entry(Submitter& submitter, const Ring::Begun& begun, u32 index, Results& results) {
    const abi::Submission& entry = ring_->entry(index);
    const auto request = ring::Request::read(entry);
    if (request.has(abi::SubmissionFlag::Chained)) [[unlikely]] {
        return run_chain(begun, index, results);
    }
    if (continuation_.is_begun()) [[unlikely]] {
        continuation_.prepare(request.capability, request.method());
    }
    Answer& answer = results.answer();
    const auto progress = invoke(submitter, request, entry, answer);
    if (!progress) [[unlikely]] {
        note_failure(request, progress.error(), results);
    } else if (*progress == Progress::Again) [[unlikely]] {
        answer.clear();
        if (!is_late(request)) {
            return 0;
        }
        results.add(request.tag, static_cast<base::u16>(Error::TimedOut));
    } else if (*progress == Progress::Done) {
        note_success(request, results);
    }
    if (continuation_.is_begun()) [[unlikely]] {
        continuation_.reset();
    }
    return 1;
}

/// As a unit or not at all.
[[gnu::noinline, gnu::cold]] u32 ProgramThread::run_chain(const Ring::Begun& begun, u32 first, Results& results) {
    const u32 most = std::min(begun.count - first, static_cast<u32>(abi::kLongestChain));
    u32 length = 1;
    while (length < most && is_followed(ring_->entry(first + length - 1))) {
        ++length;
    }
    ring_->post(results);
    if (is_followed(ring_->entry(first + length - 1))) {
        const bool may_go_on = length < abi::kLongestChain && begun.count < begun.asked &&
                               (first != 0 || length < ring_->shape().completions - ring_->shape().window);
        return may_go_on ? 0 : refuse_chain(first, length, Error::InvalidArgument, Error::InvalidArgument, results);
    }
    const auto chain = process_objects().chains.make(process_.budget(), *ring_);
    if (!chain) {
        return refuse_chain(first, length, chain.error(), Error::Cancelled, results);
    }
    for (u32 index = first; index < first + length; ++index) {
        (*chain)->add(ring_->entry(index));
    }
    (*chain)->start();
    return length;
}

u32 ProgramThread::refuse_chain(u32 first, u32 length, Error error, Error others, Results& results) {
    for (u32 index = first; index < first + length; ++index) {
        results.add(ring::load_once(ring_->entry(index).tag), static_cast<base::u16>(index == first ? error : others));
    }
    return length;
}

void ProgramThread::note_success(const ring::Request& request, Results& results) {
    if (request.has(abi::SubmissionFlag::Quiet)) {
        results.answer().clear();
        results.add_quiet();
    } else if (results.answer().is_empty()) {
        results.add(request.tag, 0);
    } else {
        results.add_answered(request.tag, 0);
    }
}

[[gnu::noinline, gnu::cold]] void ProgramThread::note_failure(const ring::Request& request, Error error,
                                                              Results& results) {
    const auto status = static_cast<base::u16>(error);
    if (results.answer().explains()) {
        results.add_answered(request.tag, status);
    } else {
        results.answer().clear();
        results.add(request.tag, status);
    }
}

Result<void> ProgramThread::admit_debug_write(u64 length) {
    if (!process_.may_write_debug()) {
        return Error::AccessDenied;
    }
    if (length > abi::kDebugWriteBytes) {
        return Error::InvalidArgument;
    }
    return process_.admit_debug_write(static_cast<u32>(length)) ? Result<void>{} : Result<void>{Error::WouldBlock};
}

Disposition ProgramThread::write_debug(Thread& thread, const Arch::UserCall& call) {
    const u64 length = call.number >> abi::kDebugLengthShift;
    if (const auto admitted = admit_debug_write(length); !admitted) {
        Arch::finish_call(thread.context(), static_cast<u64>(admitted.error()));
        return Disposition::done();
    }
    auto text = std::bit_cast<std::array<char, abi::kDebugWriteBytes>>(call.arguments);
    std::ranges::replace_if(text, [](char letter) { return letter != '\n' && (letter < ' ' || letter > '~'); }, '.');
    Arch::write_console(std::string_view(text.data(), length));
    Arch::finish_call(thread.context(), 0);
    return Disposition::done();
}

Disposition ProgramThread::end_with_report(const Thread& thread, const Ending& ending, std::string_view why) {
    end_with_report(where(thread), ending, why);
    return Disposition::ended();
}

void ProgramThread::end_with_report(const Where& where, const Ending& ending, std::string_view why) {
    LOG_WARNING("thread {} of process {} ended: {}, rip {:#x} rsp {:#x}", where.id, process_.id(), why, where.frame.rip,
                where.frame.rsp);
    process_.end(ending);
}

} // namespace kernel::process
