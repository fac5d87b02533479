// What processors note of what happens on them.
#include <array>

#include "abi/debug.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/lent_piece.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

Result<Progress> start_trace(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::StartTraceArguments>();
    if (wanted.kinds == 0 || wanted.kinds > abi::kAllTraceKinds) {
        return Error::InvalidArgument;
    }
    return TRY(core::kernel().trace.start(wanted.kinds)) ? Progress::Done : Progress::Again;
}

Result<Progress> stop_trace(const Invocation&, Answer&) {
    core::kernel().trace.stop();
    return Progress::Done;
}

Result<Progress> read_trace(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::ReadTraceArguments>();
    if (wanted.records > abi::kTracePieceRecords) {
        return Error::InvalidArgument;
    }
    constexpr base::usize kUnit = sizeof(abi::TraceRecord);
    object::Memory& memory = *TRY(lent_destination(call, wanted.offset, wanted.records * kUnit));
    std::array<abi::TraceRecord, abi::kTracePieceRecords> records{};
    const auto room = std::span(records).first(wanted.records);
    const auto read = TRY(core::kernel().trace.read(wanted.processor, wanted.position, room));
    const abi::DebugPiece piece{.position = read.position, .next = read.position, .end = read.end};
    if (read.count == 0) {
        answer.give(piece);
        return Progress::Done;
    }
    return give_piece(call, memory, wanted.offset, std::as_bytes(room.first(read.count)), kUnit, piece);
}

} // namespace kernel::process
