/// Bytes as text.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace base {

/// `bytes` as text, as long as they live.
[[nodiscard]] inline std::string_view text_view(std::span<const std::byte> bytes) {
    // SAFETY: any object may be looked at through char.
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace base
