#include "sdk/program/debug_lines.hpp"

#include <algorithm>

namespace sdk {

void write_lines(rpc::Borrowed<protocols::objects::Debug, abi::kWrite> debug, std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, std::min(text.find('\n'), abi::kPayloadBytes));
        rpc::Message message;
        message.method = abi::object_method(abi::ObjectKind::Debug, static_cast<base::u8>(abi::DebugMethod::WriteLog));
        message.length = static_cast<base::u8>(line.size());
        std::ranges::copy(std::as_bytes(std::span(line)), message.payload.begin());
        if (!line.empty()) {
            static_cast<void>(rpc::Transport::post(debug.handle(), message));
        }
        text.remove_prefix(std::min(line.size() + (text.substr(line.size()).starts_with('\n') ? 1 : 0), text.size()));
    }
}

} // namespace sdk
