/// What a budget counts.
#pragma once

#include <array>

#include "base/types.hpp"

namespace budget {

enum class Kind : base::u8 {
    Memory,       ///< bytes: whole frames of memory objects and page tables, slots of slabs
    Capabilities, ///< table entries
    Threads,
};

inline constexpr base::usize kKinds = 3;

/// The greatest limit, and no limit in practice.
inline constexpr base::u64 kUnlimited = 1ULL << 60;

/// How much of each kind.
using Limits = std::array<base::u64, kKinds>;

inline constexpr Limits kNoLimits{kUnlimited, kUnlimited, kUnlimited};

constexpr base::usize index_of(Kind kind) { return static_cast<base::usize>(kind); }

/// How much more than was asked for a budget draws at once, to have it ready for the next charges.
constexpr base::u64 batch_of(Kind kind) { return kind == Kind::Memory ? 64 << 10 : 16; }

} // namespace budget
