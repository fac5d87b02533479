/// How large a ring is.
#pragma once

#include <bit>

#include "abi/ring.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace ring {

inline constexpr base::u32 kMostEntries = 1024;

struct Shape {
    base::u32 submissions; ///< a power of two, 2 to kMostEntries
    base::u32 completions; ///< the same
    base::u32 window;      ///< of the completions, those for what others send; fewer than `completions`

    [[nodiscard]] constexpr bool is_valid() const {
        return is_count(submissions) && is_count(completions) && window < completions;
    }

    /// Of a valid one: header and both queues.
    [[nodiscard]] constexpr base::Bytes bytes() const {
        return base::Bytes{sizeof(abi::RingHeader) + submissions * sizeof(abi::Submission) +
                           completions * sizeof(abi::Completion)};
    }

  private:
    static constexpr bool is_count(base::u32 count) {
        return std::has_single_bit(count) && count >= 2 && count <= kMostEntries;
    }
};

} // namespace ring
