#include "abi/arguments.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::Result;
using base::u64;

namespace {

object::Memory& memory_of(const Invocation& call) { return *static_cast<MemoryObject&>(call.object()); }

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
    const auto read = TRY(memory_of(call).read(Bytes{wanted.offset}, answer.give_bytes(wanted.bytes)));
    // Nobody supplies pages of what programs can make so far, so there is nothing to wait for.
    if (read.outcome != memory_object::Outcome::Ready) {
        return Error::Busy;
    }
    return Progress::Done;
}

Result<Progress> write_memory(const Invocation& call, Answer&) {
    if (call.request.length < kHeadBytes) {
        return Error::InvalidArgument;
    }
    const auto words = call.payload_words<abi::kPayloadBytes / sizeof(u64)>();
    const u64 bytes = words[1];
    if (bytes > kMostWritten || bytes != call.request.length - kHeadBytes) {
        return Error::InvalidArgument;
    }
    if (!is_shown(call.slot.qualifier(), words[0], bytes)) {
        return Error::OutOfRange;
    }
    return begin_operation(
        call,
        [&](Operation& operation) {
            const auto content = std::as_bytes(std::span(words)).subspan(kHeadBytes, bytes);
            return memory_of(call).write(Bytes{words[0]}, content, operation.sweep());
        },
        [](Answer&, const memory_object::Progress&) {});
}

} // namespace kernel::process
