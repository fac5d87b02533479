/// The page tables of the shadow that all uncovered memory shares.
#pragma once

#include "base/types.hpp"
#include "kernel/sanitizer/kasan/shadow_layout.hpp"

namespace kernel::sanitizer {

inline constexpr base::u64 kPresent = 1;
inline constexpr base::u64 kWrite = 1 << 1;
inline constexpr base::u64 kNoExecute = 1ULL << 63;
/// Ignored by the processor: what the entry leads to belongs to this place alone.
inline constexpr base::u64 kPrivate = 1 << 9;

constexpr bool is_private(base::u64 entry) { return (entry & kPrivate) != 0; }

struct alignas(4096) Table {
    base::u64 entry[512];
};

/// One page of zeros, mapped read-only everywhere: reading it says "good", writing it is a bug and faults.
struct ZeroShadow {
    Table pointers;
    Table directory;
    Table pages;
    Table zeros;
};

extern constinit ZeroShadow zero_shadow;

} // namespace kernel::sanitizer
