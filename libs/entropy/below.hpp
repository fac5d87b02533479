/// From numbers of 64 bits to those below a bound.
#pragma once

#include "base/assert.hpp"
#include "base/types.hpp"

namespace entropy {

/// Uniform below `bound`, which is not 0, if what next() answers is uniform.
template <class Next>
base::u64 below_of(base::u64 bound, Next next) {
    ASSERT(bound != 0, "there is no number below 0");
    // The numbers from `rest` on are a multiple of `bound`.
    const base::u64 rest = -bound % bound;
    base::u64 value = next();
    while (value < rest) {
        value = next();
    }
    return value % bound;
}

} // namespace entropy
