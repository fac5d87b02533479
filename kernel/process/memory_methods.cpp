#include "abi/arguments.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/page_operation.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::Result;
using base::u64;

namespace {

object::Memory& memory_of(const Invocation& call) { return *static_cast<MemoryObject&>(call.object()); }

/// `operation` stopped where a page must come from a pager. If that is behind an error, trying again tells it.
void wait_for_page(Operation& operation, const Invocation& call, const memory_object::Progress& progress,
                   memory_object::Want want, u64 answers_seen) {
    if (progress.outcome == memory_object::Outcome::Ready) {
        operation.fail_method(Error::Busy);
        return;
    }
    PageOperation::wait(operation, call.process.budget(),
                        {memory_of(call), progress.next / base::kPageSize, progress.outcome, want, answers_seen},
                        PageOperation::Then::IsBusy);
}

constexpr base::usize kHeadBytes = sizeof(abi::CopyArguments);
constexpr base::usize kMostWritten = abi::kPayloadBytes - kHeadBytes;

} // namespace

Result<Progress> tell_size(const Invocation& call, Answer& answer) {
    answer.give(std::array{base::Pages{memory_of(call).pages()}.bytes().value()});
    return Progress::Done;
}

Result<Progress> resize(const Invocation& call, Answer&) {
    const auto [bytes] = call.arguments<std::array<u64, 1>>();
    // Who sees a part of it does not decide over the whole.
    if (call.slot.qualifier() != kWholeMemory) {
        return Error::AccessDenied;
    }
    return begin_operation(
        call, [&](Operation& operation) { return memory_of(call).resize(Bytes{bytes}, operation.sweep()); },
        [](Answer& answer, bool is_done) { answer.give(std::array{u64{is_done}}); });
}

Result<Progress> read_memory(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::CopyArguments>();
    if (wanted.bytes > abi::kPayloadBytes) {
        return Error::InvalidArgument;
    }
    if (!is_shown(call.slot.qualifier(), wanted.offset, wanted.bytes)) {
        return Error::OutOfRange;
    }
    const u64 answers_seen = memory_of(call).answers();
    const auto read = TRY(memory_of(call).read(Bytes{wanted.offset}, answer.give_bytes(wanted.bytes)));
    if (read.next == wanted.offset + wanted.bytes) {
        return Progress::Done;
    }
    answer.clear();
    Operation& operation = *TRY(make_operation(call));
    operation.expect_no_wait();
    wait_for_page(operation, call, read, memory_object::Want::Read, answers_seen);
    return Progress::Later;
}

Result<Progress> write_memory(const Invocation& call, Answer&) {
    if (call.request.length() < kHeadBytes) {
        return Error::InvalidArgument;
    }
    const auto words = call.payload_words<abi::kPayloadBytes / sizeof(u64)>();
    const u64 bytes = words[1];
    if (bytes > kMostWritten || bytes != call.request.length() - kHeadBytes) {
        return Error::InvalidArgument;
    }
    if (!is_shown(call.slot.qualifier(), words[0], bytes)) {
        return Error::OutOfRange;
    }
    const u64 answers_seen = memory_of(call).answers();
    Operation& operation = *TRY(make_operation(call));
    const auto content = std::as_bytes(std::span(words)).subspan(kHeadBytes, bytes);
    const auto written = memory_of(call).write(Bytes{words[0]}, content, operation.sweep());
    if (!written) {
        operation.abandon();
        return written.error();
    }
    if (written->next == words[0] + bytes) {
        operation.finish_method(Answer{});
    } else {
        wait_for_page(operation, call, *written, memory_object::Want::Write, answers_seen);
    }
    return Progress::Later;
}

} // namespace kernel::process
