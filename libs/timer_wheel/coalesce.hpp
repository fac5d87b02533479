/// How timers expire together that need not be exact.
#pragma once

#include <bit>

#include "base/types.hpp"
#include "base/units.hpp"

namespace timer_wheel {

/// The moment from `deadline` to `slack` after it that is a multiple of the highest power of two. So two timers that
/// may both expire at such a moment often do, without knowing of each other: a slack of 2^n ns or more ends at a
/// multiple of 2^n. With no slack, `deadline`.
constexpr base::Nanoseconds coalesce(base::Nanoseconds deadline, base::Nanoseconds slack) {
    const base::u64 first = deadline.value();
    const base::u64 last = first + slack.value() < first ? ~base::u64{0} : first + slack.value();
    if (first == 0 || slack.value() == 0) {
        return deadline;
    }
    // The digits that are the same in all moments, then the highest one that can be set, then zeros.
    const auto zeros = static_cast<base::u32>(std::bit_width((first - 1) ^ last)) - 1;
    return base::Nanoseconds{last >> zeros << zeros};
}

} // namespace timer_wheel
