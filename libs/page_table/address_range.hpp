/// What can be mapped, and in which pages.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/page_table_entry.hpp"

namespace page_table {

inline constexpr base::usize kEntries = 512;
/// The level of the top table; the lowest is 0.
inline constexpr int kTopLevel = 3;
/// The largest page is 1 GiB.
inline constexpr int kLargestPageLevel = 2;

/// How many bits of an address lie below what an entry of a table of `level` decides.
constexpr int page_shift(int level) { return 12 + 9 * level; }

/// What one entry of a table of `level` spans: 4 KiB, 2 MiB, 1 GiB, 512 GiB.
constexpr base::Bytes page_size(int level) { return base::Bytes{1ULL << page_shift(level)}; }

/// Which entry of a table of `level` leads to `address`.
constexpr base::usize entry_index(base::VirtualAddress address, int level) {
    return address.value() >> page_shift(level) & (kEntries - 1);
}

/// The lower half and the upper half; between them lies capability space, which no page table may name.
constexpr bool is_canonical(base::VirtualAddress address) {
    const base::u64 upper = address.value() >> 47;
    return upper == 0 || upper == 0x1ffff;
}

constexpr bool is_upper_half(base::VirtualAddress address) { return address.value() >> 63 != 0; }

/// Whether [start, start + size) consists of whole pages of 4 KiB, at least one, all in the same canonical half.
constexpr bool is_mappable(base::VirtualAddress start, base::Bytes size) {
    constexpr base::Bytes kPage{base::kPageSize};
    if (!start.is_aligned(kPage) || !size.is_aligned(kPage) || size == base::Bytes{0}) {
        return false;
    }
    const base::VirtualAddress last = start + (size - base::Bytes{1});
    return start <= last && is_canonical(start) && is_canonical(last) && is_upper_half(start) == is_upper_half(last);
}

/// Whether one table of the lowest level decides about all of [start, start + size), which is not empty.
constexpr bool is_in_one_leaf(base::VirtualAddress start, base::Bytes size) {
    return start.align_down(page_size(1)) == (start + (size - base::Bytes{1})).align_down(page_size(1));
}

/// Whether [start, start + size) consists of whole frames below kPhysicalEnd. `size` is a multiple of 4 KiB.
constexpr bool is_physical(base::PhysicalAddress start, base::Bytes size) {
    return start.is_aligned(base::Bytes{base::kPageSize}) && start < kPhysicalEnd && size <= kPhysicalEnd - start;
}

} // namespace page_table
