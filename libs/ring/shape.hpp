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

    /// Places of completions of which one word of the kernel tells what stands there.
    static constexpr base::u32 kPlacesOfWord = 64;

    /// Of a valid one: what the kernel keeps of it in memory that its program does not see. Small ones need none.
    [[nodiscard]] constexpr base::Bytes hidden() const {
        return base::Bytes{completions <= kPlacesOfWord ? 0 : completions / kPlacesOfWord * sizeof(base::u64)};
    }

  private:
    static constexpr bool is_count(base::u32 count) {
        return std::has_single_bit(count) && count >= 2 && count <= kMostEntries;
    }
};

} // namespace ring
