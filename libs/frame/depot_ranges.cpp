// Memory that comes and goes.
#include "libs/frame/depot.hpp"

namespace frame {

using base::Error;
using base::Result;

void Depot::add_range(Range& range, Number start, Number end) {
    range.start = range.opened = range.cursor = start;
    range.end = end;
    range.carved = 0;
    range.withdrawn = range.metadata = 0;
    range.node = node_;
    range.next = nullptr;
    (last_range_ == nullptr ? first_range_ : last_range_->next) = &range;
    last_range_ = &range;
    fresh_range_ = fresh_range_ == nullptr ? &range : fresh_range_;
    counts_.free += end - start;
    total_ += end - start;
    // Release: who finds it by its state sees what is in it.
    range.state.store(RangeState::Online, std::memory_order_release);
}

void Depot::withdraw(Block block, Range& range) {
    Record& record = records_->at(block.frame);
    record.set_state(State(Kind::Withdrawn, block.order, range.slot));
    range.withdrawn += frames_in(block.order);
    counts_.withdrawn += frames_in(block.order);
}

void Depot::bring_back(Block block, Range& range) {
    range.withdrawn -= frames_in(block.order);
    counts_.withdrawn -= frames_in(block.order);
    counts_.free += frames_in(block.order);
    insert(block, range);
}

/// The block that `frame`, at which a block began once, lies in now: blocks may have been joined meanwhile.
Depot::Block Depot::block_around(Number frame, const Range& range) const {
    // The largest first: inside a block there may be records of an earlier life of the range.
    for (unsigned order = kOrders; order-- != 0;) {
        const Number start = frame & ~(frames_in(order) - 1);
        if (range.has_block(start, order)) {
            const State state = records_->at(start).state();
            if (state.kind() != Kind::None && state.order() >= order) {
                return {start, state.order()};
            }
        }
    }
    ASSERT(false, "a frame lies in no block");
    return {frame, 0};
}

Result<OfflineProgress> Depot::offline(Range& range) {
    const RangeState state = range.state.load(std::memory_order_relaxed);
    if (state == RangeState::Absent) {
        return Error::BadState;
    }
    if (state == RangeState::Online) {
        range.state.store(RangeState::Offlining, std::memory_order_relaxed);
        range.cursor = range.first_block();
        counts_.free -= range.unopened();
        counts_.withdrawn += range.unopened();
    }
    for (unsigned walked = 0; walked < kWalkBlocks && range.cursor < range.opened; ++walked) {
        const Block block = block_around(range.cursor, range);
        const Kind kind = records_->at(block.frame).state().kind();
        if (kind == Kind::Free || kind == Kind::Zeroed) {
            unlink(block.frame);
            counts_.free -= frames_in(block.order);
            withdraw(block, range);
        }
        range.cursor = block.frame + frames_in(block.order);
    }
    const base::u64 in_blocks = range.opened - range.first_block();
    const base::u64 missing = in_blocks - range.withdrawn;
    const base::u64 metadata_blocks = range.metadata - range.carved;
    OfflineProgress progress{.is_offline = missing == 0 && range.metadata == 0,
                             .is_walked = range.cursor >= range.opened,
                             .used = missing - metadata_blocks,
                             .metadata = range.metadata};
    if (progress.is_offline) {
        range.state.store(RangeState::Offline, std::memory_order_relaxed);
    }
    return progress;
}

bool Depot::online(Range& range) {
    const RangeState state = range.state.load(std::memory_order_relaxed);
    ASSERT(state != RangeState::Absent, "an absent range goes online");
    if (state != RangeState::Online) {
        range.state.store(RangeState::Online, std::memory_order_relaxed);
        range.cursor = range.first_block();
        counts_.free += range.unopened();
        counts_.withdrawn -= range.unopened();
    }
    for (unsigned walked = 0; walked < kWalkBlocks && range.withdrawn != 0; ++walked) {
        const Block block = block_around(range.cursor, range);
        range.cursor = block.frame + frames_in(block.order);
        if (records_->at(block.frame).state().kind() == Kind::Withdrawn) {
            bring_back(block, range);
        }
    }
    return range.withdrawn == 0;
}

Result<void> Depot::remove(Range& range) {
    if (range.state.load(std::memory_order_relaxed) != RangeState::Offline) {
        return Error::BadState;
    }
    Range* before = nullptr;
    for (Range* each = first_range_; each != &range; each = each->next) {
        before = each;
    }
    (before == nullptr ? first_range_ : before->next) = range.next;
    last_range_ = last_range_ == &range ? before : last_range_;
    fresh_range_ = first_range_;
    counts_.withdrawn -= range.end - range.first_block();
    total_ -= range.end - range.start;
    range.state.store(RangeState::Absent, std::memory_order_release);
    return {};
}

} // namespace frame
