/// A run of memory that came, and may go, as one.
#pragma once

#include <atomic>

#include "base/assert.hpp"
#include "libs/frame/record.hpp"

namespace frame {

enum class RangeState : base::u8 {
    Absent,    ///< the slot is free
    Online,    ///< frames are handed out
    Offlining, ///< what is free is withdrawn, what comes back too
    Offline,   ///< nothing of it is used
};

/// Frames [start, end) of one node. The first `carved` went to the depot's reserve at once; up to `opened` they are in
/// blocks; the rest was never touched. Under the lock of its depot; start, end and state may be read by anyone who
/// knows that it is not Absent.
struct Range {
    Number start = 0;
    Number end = 0;
    Number opened = 0;
    base::u64 withdrawn = 0; ///< frames of blocks that are Withdrawn
    base::u64 metadata = 0;  ///< frames in the depot's reserve
    Number cursor = 0;       ///< how far the walk that withdraws, or brings back, came
    Range* next = nullptr;   ///< of the same node
    base::u32 carved = 0;
    base::u16 slot = 0;
    base::u8 node = 0;
    std::atomic<RangeState> state{RangeState::Absent};

    [[nodiscard]] bool is_online() const { return state.load(std::memory_order_relaxed) == RangeState::Online; }

    [[nodiscard]] Number first_block() const { return start + carved; }

    [[nodiscard]] base::u64 unopened() const { return end - opened; }

    /// Whether the block of `order` at `frame` lies in what is in blocks.
    [[nodiscard]] bool has_block(Number frame, unsigned order) const {
        return frame >= first_block() && frame < opened && frames_in(order) <= opened - frame;
    }

    /// Whether what was never touched holds a block of `order`.
    [[nodiscard]] bool has_fresh(unsigned order) const {
        const Number aligned = (opened + frames_in(order) - 1) & ~(frames_in(order) - 1);
        return aligned < end && frames_in(order) <= end - aligned;
    }
};

static_assert(sizeof(Range) == 64);

/// How far a range is on its way out.
struct OfflineProgress {
    bool is_offline = false;
    bool is_walked = false; ///< all blocks were looked at; before that, free ones count as used
    base::u64 used = 0;     ///< frames still handed out, or in caches of processors
    base::u64 metadata = 0; ///< frames that hold records; these never come back
};

} // namespace frame
