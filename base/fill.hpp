/// Whole stretches of memory at once.
#pragma once

#include <cstddef>
#include <span>

namespace base {

/// Fills `bytes` with zeros. A loop of the standard library stays a loop in freestanding code, where the compiler may
/// not know memset; this calls it.
inline void fill_with_zeros(std::span<std::byte> bytes) { __builtin_memset(bytes.data(), 0, bytes.size()); }

} // namespace base
