/// Which places of a stretch of memory are taken.
///
///     Places places(64);
///     const auto first = places.take(4);      // the first four free ones in a row
///     places.give_back(*first, 4);
#pragma once

#include <algorithm>
#include <bit>
#include <optional>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace ring {

/// Its user provides the lock. Taking and giving back take a few steps, however many there are.
class Places {
  public:
    static constexpr base::u32 kMost = 64;

    /// `count` of them, at most kMost, all free.
    constexpr explicit Places(base::u32 count) : all_(row(count)), free_(all_) { ASSERT(count != 0 && count <= kMost); }

    /// The first `count` free ones in a row, taken from now on: where they begin. Null: there is no such row.
    [[nodiscard]] constexpr std::optional<base::u32> take(base::u32 count) {
        const base::u64 starts = starts_of(count);
        if (starts == 0) {
            return {};
        }
        const auto first = static_cast<base::u32>(std::countr_zero(starts));
        free_ &= ~(row(count) << first);
        return first;
    }

    /// They were taken.
    constexpr void give_back(base::u32 first, base::u32 count) {
        ASSERT(first < kMost && count <= kMost - first, "places that there are not");
        const base::u64 places = row(count) << first;
        ASSERT((free_ & places) == 0 && (all_ & places) == places, "places were given back that are not taken");
        free_ |= places;
    }

    [[nodiscard]] constexpr bool is_empty() const { return free_ == all_; }

    [[nodiscard]] constexpr bool is_full() const { return free_ == 0; }

  private:
    static constexpr base::u64 row(base::u32 count) {
        return count >= kMost ? ~base::u64{0} : (base::u64{1} << count) - 1;
    }

    /// Each place from which on `count` are free: of rows that are known to be free, those that go on.
    [[nodiscard]] constexpr base::u64 starts_of(base::u32 count) const {
        if (count == 0 || count > kMost) {
            return 0;
        }
        base::u64 starts = free_;
        for (base::u32 length = 1; length < count;) {
            const base::u32 more = std::min(length, count - length);
            starts &= starts >> more;
            length += more;
        }
        return starts;
    }

    base::u64 all_;
    base::u64 free_;
};

} // namespace ring
