/// Page frames of the machine, from the boot memory map.
#pragma once

#include <cstddef>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/boot/boot_info.hpp"

namespace kernel::memory {

/// Hands out page frames, lowest first; frames that came back go out again before fresh ones. Under KASAN a free frame
/// is poisoned. Not safe for concurrent use: the owner serialises.
class FrameAllocator {
  public:
    /// Takes the usable ranges of `map` from `first_usable` on; `map` must outlive the allocator. Nothing is touched
    /// yet, so the cost does not depend on how much memory there is.
    void initialize(const boot::MemoryMap& map, base::PhysicalAddress first_usable);

    /// One frame, contents undefined. NoMemory when none is left.
    base::Result<base::PhysicalAddress> allocate();
    /// One frame of zeros.
    base::Result<base::PhysicalAddress> allocate_zeroed();
    /// `count` frames in a row, contents undefined, from memory that never came back. For tables made once at boot.
    base::Result<base::PhysicalAddress> allocate_contiguous(base::Pages count);
    /// Takes back a frame that allocate() gave.
    void free(base::PhysicalAddress frame);

    /// Frames handed out and not returned.
    [[nodiscard]] base::Pages used() const { return base::Pages{used_}; }

    /// From now on frames are poisoned while free: their shadow exists. All that were never handed out are poisoned
    /// now.
    void start_poisoning();

  private:
    struct FreeFrame {
        base::PhysicalAddress next;
    };

    base::Result<base::PhysicalAddress> take_fresh(base::Pages count);
    bool advance_to_next_range();

    const boot::MemoryMap* map_ = nullptr;
    base::usize range_ = 0;          ///< index of the range that fresh frames come from
    base::PhysicalAddress fresh_{0}; ///< next fresh frame
    base::PhysicalAddress range_end_{0};
    base::PhysicalAddress first_usable_{0};
    base::PhysicalAddress free_list_{0}; ///< 0 ends the list: frame 0 is never handed out
    base::u64 used_ = 0;
    bool poisoning_ = false;
};

} // namespace kernel::memory
