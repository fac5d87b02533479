/// Numbers that spread well and are cheap; anybody who sees some can tell the rest.
#pragma once

#include "base/types.hpp"

namespace slab {

/// [marsaglia-2003] Xorshift RNGs, with the triple 13, 7, 17. For the order of free objects only; seeded from a
/// generator that keeps its secrets.
class Xorshift {
  public:
    constexpr explicit Xorshift(base::u64 seed) : state_(seed | 1) {}

    /// Below `bound`, which is not 0 and small.
    constexpr base::u32 below(base::u32 bound) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<base::u32>(((state_ >> 32) * bound) >> 32);
    }

  private:
    base::u64 state_;
};

} // namespace slab
