#include <algorithm>
#include <array>

#include "abi/debug.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/process/lent_piece.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

namespace {

/// What a terminal would take for a command becomes a dot.
char printable(char letter) { return letter >= ' ' && letter <= '~' ? letter : '.'; }

} // namespace

base::Result<Progress> write_log(const Invocation& call, Answer&) {
    const auto words = call.payload_words<abi::kPayloadBytes / sizeof(base::u64)>();
    auto text = std::bit_cast<std::array<char, abi::kPayloadBytes>>(words);
    for (char& letter : text) {
        letter = printable(letter);
    }
    LOG_INFO("process {}: {}", call.process.id(), std::string_view(text.data(), call.request.length()));
    return Progress::Done;
}

base::Result<Progress> read_log(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::ReadLogArguments>();
    if (wanted.bytes > abi::kDebugPieceBytes) {
        return base::Error::InvalidArgument;
    }
    object::Memory& memory = *TRY(lent_destination(call, wanted.offset, wanted.bytes));
    std::array<char, abi::kDebugPieceBytes> text{};
    const auto read = core::kernel().log.read(wanted.position, std::span(text).first(wanted.bytes));
    const abi::DebugPiece piece{.position = read.position, .next = read.position, .end = read.end};
    if (read.bytes == 0) {
        answer.give(piece);
        return Progress::Done;
    }
    return give_piece(call, memory, wanted.offset, std::as_bytes(std::span(text).first(read.bytes)), 1, piece);
}

base::Result<Progress> read_console(const Invocation&, Answer& answer) {
    if (!Arch::has_console_input()) {
        return base::Error::Unsupported;
    }
    std::array<char, abi::kPayloadBytes> typed{};
    const base::usize count = core::kernel().log.read_typed(typed);
    std::ranges::copy(std::as_bytes(std::span(typed).first(count)), answer.give_bytes(count).begin());
    return Progress::Done;
}

} // namespace kernel::process
