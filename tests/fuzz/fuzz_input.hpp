/// What libFuzzer hands over, as a span.
#pragma once

#include <cstddef>
#include <span>

#include "base/types.hpp"

namespace fuzz {

/// The input of LLVMFuzzerTestOneInput.
inline std::span<const std::byte> input(const base::u8* data, base::usize size) {
    // SAFETY: libFuzzer promises `size` bytes at `data`.
#pragma clang unsafe_buffer_usage begin
    return std::as_bytes(std::span(data, size));
#pragma clang unsafe_buffer_usage end
}

} // namespace fuzz
