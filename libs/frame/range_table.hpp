/// All ranges of memory, by slot.
#pragma once

#include <span>

#include "base/result.hpp"
#include "libs/frame/range.hpp"
#include "libs/frame/store.hpp"

namespace frame {

/// Ranges keep their place for as long as they exist: records name them by slot. Adding and releasing is under one
/// lock; looking at() a slot that is not free needs none.
class RangeTable {
  public:
    constexpr RangeTable() = default;

    /// `ranges` lies in `store`; its first page is accessible.
    RangeTable(std::span<Range> ranges, Store& store) : ranges_(ranges), store_(&store) {}

    /// Room for [start, end), which still is Absent. Exists: it overlaps another range; OutOfRange: all slots are
    /// used; NoMemory: `reserve` does not suffice to grow.
    base::Result<Range*> allocate(Number start, Number end, Reserve& reserve);

    [[nodiscard]] Range& at(base::u16 slot) const { return ranges_[slot]; }

    /// The range that `frame` lies in. NotFound.
    [[nodiscard]] base::Result<base::u16> find(Number frame) const;

    /// Slots that were ever used.
    [[nodiscard]] base::usize count() const { return count_; }

  private:
    base::Result<Range*> grow(Reserve& reserve);

    std::span<Range> ranges_;
    Store* store_ = nullptr;
    base::usize count_ = 0;
};

} // namespace frame
