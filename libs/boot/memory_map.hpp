/// Which physical memory the machine has, made from what a boot protocol claims.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace boot {

/// In the order of what wins where claims overlap: later wins.
enum class MemoryType : base::u8 {
    Usable,
    AcpiReclaimable, ///< tables; usable once they are read
    Reserved,
    AcpiStorage, ///< firmware keeps it over sleep
    Bad,
};

std::string_view name(MemoryType type);

/// Physical memory from `start`, `size` bytes; never wraps.
struct MemoryRange {
    base::PhysicalAddress start;
    base::Bytes size;
    MemoryType type = MemoryType::Reserved;

    [[nodiscard]] constexpr base::PhysicalAddress end() const { return start + size; }
    friend constexpr bool operator==(const MemoryRange&, const MemoryRange&) = default;
};

/// A fixed-size memory map. First add() everything, then normalize() once, then read it.
class MemoryMap {
  public:
    /// Firmware under UEFI gives about 130 ranges; a hostile map is cut here, and says so.
    static constexpr base::usize kMaximumRanges = 256;

    /// Notes a claim as it came: unsorted, overlapping, empty or wrapping is fine. An empty range is passed over, one
    /// that wraps is cut at the end of the address space. NoMemory when the map is full; the claim is lost then.
    base::Result<void> add(base::PhysicalAddress start, base::Bytes size, MemoryType type);

    /// Sorts, resolves overlaps (the later MemoryType wins), aligns usable ranges inwards to pages, joins neighbours.
    /// OutOfRange if the result needs more than kMaximumRanges; BadState if nothing is usable.
    base::Result<void> normalize();

    /// The ranges: as claimed before normalize(), sorted and disjoint after it.
    [[nodiscard]] std::span<const MemoryRange> ranges() const { return std::span(ranges_).first(count_); }

    /// Bytes of all usable ranges.
    [[nodiscard]] base::Bytes total_usable() const;

    /// One byte beyond the last usable range.
    [[nodiscard]] base::PhysicalAddress usable_end() const;

  private:
    void sort_by_start();
    base::Result<void> append(MemoryRange range);

    std::array<MemoryRange, kMaximumRanges> ranges_{};
    base::usize count_ = 0;
};

} // namespace boot
