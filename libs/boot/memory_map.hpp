/// Which physical memory the machine has, made from what a boot protocol claims.
///
///     TRY(map.add(start, size, memory_type_of_e820(type)));   // for each claim, as it comes
///     TRY(map.normalize());
///     for (const MemoryRange& range : map.ranges()) { … }     // sorted and disjoint
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

/// The numbers that PVH and Multiboot2 use are E820's, [acpi] table 15.4. Unknown ones are Reserved.
MemoryType memory_type_of_e820(base::u32 type);

/// Physical memory from `start`, `size` bytes; never wraps.
struct MemoryRange {
    base::PhysicalAddress start;
    base::Bytes size;
    MemoryType type = MemoryType::Reserved;

    [[nodiscard]] constexpr base::PhysicalAddress end() const { return start + size; }

    friend constexpr bool operator==(const MemoryRange&, const MemoryRange&) = default;
};

/// A fixed-size memory map. First add() everything, then normalize(), then read it.
class MemoryMap {
  public:
    /// Firmware under UEFI gives about 130 ranges. A map that still needs more when joined is refused: what a lost
    /// claim reserved would be taken for free memory.
    static constexpr base::usize kMaximumRanges = 256;
    /// x86_64 addresses at most 52 bits of physical memory.
    static constexpr base::PhysicalAddress kEndOfMemory{1ULL << 52};

    /// Notes a claim as it came: unsorted, overlapping, empty or wrapping is fine. An empty one is passed over, one
    /// that goes beyond kEndOfMemory is cut there. NoMemory when the map is full; the claim is lost then.
    base::Result<void> add(base::PhysicalAddress start, base::Bytes size, MemoryType type);

    /// Sorts, resolves overlaps (the later MemoryType wins), aligns usable ranges inwards to pages, joins neighbours.
    /// OutOfRange if the result needs more than kMaximumRanges; BadState if nothing is usable.
    base::Result<void> normalize();

    /// Takes [start, start + size) out of the usable memory of a normalized map, which stays normalized. Errors as of
    /// add() and normalize().
    base::Result<void> reserve(base::PhysicalAddress start, base::Bytes size);

    /// The ranges: as claimed before normalize(), sorted and disjoint after it.
    [[nodiscard]] std::span<const MemoryRange> ranges() const { return std::span(ranges_).first(count_); }

    /// Bytes of all usable ranges. Walks.
    [[nodiscard]] base::Bytes total_usable() const;

    /// Whether any byte of [start, start + size), which does not wrap, is usable. Walks.
    [[nodiscard]] bool is_any_usable(base::PhysicalAddress start, base::Bytes size) const;

    /// One byte beyond the last usable range. Walks.
    [[nodiscard]] base::PhysicalAddress usable_end() const;

  private:
    void sort_by_start();
    base::Result<void> make_disjoint();
    base::Result<void> append(MemoryRange range);
    base::Result<void> append_joined(MemoryRange range);
    void align_usable();

    std::array<MemoryRange, kMaximumRanges> ranges_{};
    base::usize count_ = 0;
};

} // namespace boot
