#include "libs/frame/depot.hpp"

#include <algorithm>
#include <bit>

namespace frame {

using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u64;

namespace {

/// An operation uses at most 16 frames: eleven pages of records and two tables when a block of 1 GiB is split down, and
/// Store::kMostFrames when it was opened for that. Filling the reserve is itself an operation, and brings 32 or more:
/// done whenever there are less than 32, it leaves 16 for the next.
constexpr u64 kLowReserve = 32;
constexpr u64 kSeed = 32;

/// How much the reserve takes at once. Much where there is much, so that what can never be moved lies together.
unsigned reserve_order(u64 total) {
    constexpr u64 kLarge = (1ULL << 30) / base::kPageSize;
    constexpr u64 kMiddle = (128ULL << 20) / base::kPageSize;
    return total >= kLarge ? 9 : total >= kMiddle ? 6 : 5;
}

/// The largest block that begins at `frame` and ends at or before `end`.
unsigned largest_order(Number frame, Number end) {
    const unsigned aligned = static_cast<unsigned>(std::countr_zero(frame));
    const unsigned fitting = static_cast<unsigned>(std::bit_width(end - frame)) - 1;
    return std::min({aligned, fitting, kLargestOrder});
}

} // namespace

Counts& Counts::operator+=(const Counts& other) {
    free += other.free;
    used += other.used;
    metadata += other.metadata;
    withdrawn += other.withdrawn;
    local += other.local;
    remote += other.remote;
    return *this;
}

Result<Number> Depot::take(unsigned order, Kind kind) {
    fill_reserve();
    const auto block = take_block(order, kind);
    if (block || order != 0) {
        return block;
    }
    const Number frame = TRY(take_zeroed());
    Record& record = records_->at(frame);
    record.set_state(record.state().with_kind(kind));
    return frame;
}

Result<Number> Depot::take_block(unsigned order, Kind kind) {
    if (order > kLargestOrder) {
        return Error::NoMemory;
    }
    if (!has_block(order)) {
        TRY(open_for(order));
    }
    const unsigned found = order + static_cast<unsigned>(std::countr_zero(filled_ >> order));
    Block block{lists_.at(found).first(), found};
    const u16 range = records_->at(block.frame).state().range();
    unlink(block.frame);
    if (const auto done = split_down(block, order); !done) {
        push(block, range);
        return done.error();
    }
    hand_out(block, kind, range);
    return block.frame;
}

/// Opens pieces of a range until one is large enough.
Result<void> Depot::open_for(unsigned order) {
    while (fresh_range_ != nullptr && fresh_range_->unopened() == 0) {
        fresh_range_ = fresh_range_->next;
    }
    for (Range* range = fresh_range_; range != nullptr; range = range->next) {
        if (!range->is_online() || !range->has_fresh(order)) {
            continue;
        }
        while (!has_block(order)) {
            TRY(open_next(*range));
        }
        return {};
    }
    return Error::NoMemory;
}

/// Makes what comes next in `range` a block: as large as its alignment allows.
Result<void> Depot::open_next(Range& range) {
    const Block block{range.opened, largest_order(range.opened, range.end)};
    TRY(records_->make(block.frame, reserve_));
    range.opened += frames_in(block.order);
    records_->at(block.frame).set_node(node_);
    push(block, range.slot);
    return {};
}

/// Halves `block`, which is in no list, until it is of `order`; the other halves are free. On an error it is as small
/// as it became.
Result<void> Depot::split_down(Block& block, unsigned order) {
    const u16 range = records_->at(block.frame).state().range();
    while (block.order > order) {
        const Block half{block.frame + frames_in(block.order - 1), block.order - 1};
        TRY(records_->make_near(half.frame, block.frame, reserve_));
        records_->at(half.frame).set_node(node_);
        push(half, range);
        --block.order;
    }
    return {};
}

void Depot::hand_out(Block block, Kind kind, u16 range) {
    Record& record = records_->at(block.frame);
    record.set_head(State(kind, block.order, range), 1);
    record.set_owner(0);
    record.set_temperature(0);
    counts_.free -= frames_in(block.order);
    counts_.used += frames_in(block.order);
}

void Depot::push(Block block, u16 range) {
    records_->at(block.frame).set_state(State(Kind::Free, block.order, range));
    lists_.at(block.order).push(*records_, block.frame);
    filled_ |= 1U << block.order;
}

/// Takes a free block out of its list.
void Depot::unlink(Number frame) {
    const State state = records_->at(frame).state();
    if (state.kind() == Kind::Zeroed) {
        zeroed_.remove(*records_, frame);
        return;
    }
    BlockList& list = lists_.at(state.order());
    list.remove(*records_, frame);
    if (list.is_empty()) {
        filled_ &= ~(1U << state.order());
    }
}

/// Joins `block` with its free neighbours and puts it into its list. A neighbour of the same range is, or was, the
/// beginning of a block: it has a record.
void Depot::insert(Block block, const Range& range) {
    while (block.order < kLargestOrder) {
        const Number neighbour = block.frame ^ frames_in(block.order);
        if (!range.has_block(neighbour, block.order) ||
            records_->at(neighbour).state() != State(Kind::Free, block.order, range.slot)) {
            break;
        }
        unlink(neighbour);
        records_->at(std::max(block.frame, neighbour)).set_state(State{});
        block = {std::min(block.frame, neighbour), block.order + 1};
    }
    push(block, range.slot);
}

void Depot::give(Number frame) {
    Record& record = records_->at(frame);
    const State state = record.state();
    ASSERT(state.kind() == Kind::Used || state.kind() == Kind::Cached, "a frame is freed that is not used");
    const Block block{frame, state.order()};
    counts_.used -= frames_in(block.order);
    Range& range = ranges_->at(state.range());
    if (!range.is_online()) {
        return withdraw(block, range);
    }
    counts_.free += frames_in(block.order);
    insert(block, range);
}

Result<Number> Depot::take_zeroed() {
    const Number frame = zeroed_.first();
    if (frame == kNone) {
        return Error::NoMemory;
    }
    zeroed_.remove(*records_, frame);
    hand_out({frame, 0}, Kind::Cached, records_->at(frame).state().range());
    return frame;
}

void Depot::give_zeroed(Number frame) {
    Record& record = records_->at(frame);
    const State state = record.state();
    ASSERT(state.is_single(Kind::Used), "a frame is freed that is not used");
    if (!ranges_->at(state.range()).is_online()) {
        return give(frame);
    }
    record.set_state(state.with_kind(Kind::Zeroed));
    zeroed_.push(*records_, frame);
    --counts_.used;
    ++counts_.free;
}

void Depot::fill_reserve() {
    if (reserve_.count() >= kLowReserve || !reserve_.has_room()) {
        return;
    }
    if (reserve_.count() == 0) {
        seed_reserve();
    }
    const unsigned order = reserve_order(total_);
    if (const auto chunk = take_block(order, Kind::Metadata)) {
        const u64 count = frames_in(order);
        static_cast<void>(reserve_.add(*chunk, count)); // there is room
        counts_.used -= count;
        counts_.free += count;
        count_metadata(ranges_->at(records_->at(*chunk).state().range()), count);
    }
}

/// The first frames of all: they come from ranges that have no blocks yet, so they need no record.
void Depot::seed_reserve() {
    for (Range* range = first_range_; range != nullptr && reserve_.count() < kSeed; range = range->next) {
        const u64 count = std::min(kSeed, range->unopened());
        if (range->is_online() && range->opened == range->start && count != 0 && reserve_.add(range->start, count)) {
            range->carved = static_cast<u32>(count);
            range->opened += count;
            count_metadata(*range, count);
        }
    }
}

void Depot::count_metadata(Range& range, u64 count) {
    range.metadata += count;
    counts_.metadata += count;
    counts_.free -= count;
}

} // namespace frame
