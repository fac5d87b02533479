/// Page frames before there is a place for their records.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/boot/memory_map.hpp"

namespace kernel::memory {

/// Hands out the frames of the boot memory map one by one, lowest first, for ever: the tables that the kernel stands
/// on. What is left is visited once, by those who go on with it.
class EarlyFrames {
  public:
    /// Takes the usable ranges of `map` from `first_usable` on; `map` must outlive this. Nothing is touched yet.
    void initialize(const boot::MemoryMap& map, base::PhysicalAddress first_usable) {
        map_ = &map;
        first_usable_ = first_usable;
    }

    /// One frame, contents undefined. NoMemory when none is left.
    base::Result<base::PhysicalAddress> take();

    /// Frames handed out.
    [[nodiscard]] base::Pages used() const { return base::Pages{used_}; }

    /// Calls visit(start, end) for each run of frames that was not handed out.
    template <class Visit>
    void visit_rest(Visit visit) const {
        if (next_ < end_) {
            visit(next_, end_);
        }
        for (const boot::MemoryRange& range : map_->ranges().subspan(range_)) {
            if (is_usable(range)) {
                visit(start_of(range), range.end());
            }
        }
    }

  private:
    [[nodiscard]] base::PhysicalAddress start_of(const boot::MemoryRange& range) const {
        return range.start < first_usable_ ? first_usable_ : range.start;
    }

    [[nodiscard]] bool is_usable(const boot::MemoryRange& range) const {
        return range.type == boot::MemoryType::Usable && start_of(range) < range.end();
    }

    const boot::MemoryMap* map_ = nullptr;
    base::usize range_ = 0; ///< of the map: the next that frames come from
    base::PhysicalAddress next_{0};
    base::PhysicalAddress end_{0};
    base::PhysicalAddress first_usable_{0};
    base::u64 used_ = 0;
};

} // namespace kernel::memory
