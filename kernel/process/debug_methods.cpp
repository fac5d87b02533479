#include <array>

#include "kernel/core/log_line.hpp"
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
    LOG_INFO("process {}: {}", call.process.id(), std::string_view(text.data(), call.request.length));
    return Progress::Done;
}

} // namespace kernel::process
