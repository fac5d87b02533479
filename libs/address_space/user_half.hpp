/// Which addresses a program may have.
#pragma once

#include "base/units.hpp"
#include "libs/address_space/gap_tree.hpp"

namespace address_space {

/// The lowest 64 KiB and the highest page of the lower half are never mapped: an access near null, and one that runs
/// over the end, always fault. Above it lie capability space, which no page table can name, and the kernel's half.
inline constexpr Span kUserHalf{base::VirtualAddress{0x1'0000}, base::VirtualAddress{0x7fff'ffff'f000}};

/// Whether [start, start + size) consists of whole pages, at least one, all of them in kUserHalf.
constexpr bool is_user_range(base::VirtualAddress start, base::Bytes size) {
    constexpr base::Bytes kPage{base::kPageSize};
    return start.is_aligned(kPage) && size.is_aligned(kPage) && size != base::Bytes{0} && start >= kUserHalf.start &&
           start < kUserHalf.end && size <= kUserHalf.end - start;
}

} // namespace address_space
