/// What libFuzzer hands over, as a span.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace fuzz {

/// The input of LLVMFuzzerTestOneInput.
inline std::span<const std::byte> input(const base::u8* data, base::usize size) {
    // SAFETY: libFuzzer promises `size` bytes at `data`; any object may be looked at through char.
    return std::as_bytes(std::span(std::string_view(reinterpret_cast<const char*>(data), size)));
}

} // namespace fuzz
