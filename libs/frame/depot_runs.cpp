// Blocks cut to measure.
#include <algorithm>
#include <bit>

#include "libs/frame/depot.hpp"

namespace frame {

using base::Error;
using base::Result;
using base::u16;
using base::u64;

Result<Number> Depot::take_run(u64 count) {
    if (count == 0 || count > frames_in(kLargestOrder)) {
        return Error::InvalidArgument;
    }
    const unsigned order = static_cast<unsigned>(std::bit_width(count - 1));
    const Number frame = TRY(take(order, Kind::Used));
    fill_reserve();
    if (const auto done = keep_first({frame, order}, count); !done) {
        return done.error();
    }
    return frame;
}

/// Gives back what lies behind the first `count` frames of a used block. An error gives back all of it.
Result<void> Depot::keep_first(Block block, u64 count) {
    const Number begin = block.frame;
    const u16 range = records_->at(block.frame).state().range();
    while (count != frames_in(block.order)) {
        const Block half{block.frame + frames_in(block.order - 1), block.order - 1};
        if (const auto done = records_->make_near(half.frame, block.frame, reserve_); !done) {
            for (Number frame = begin; frame < block.frame;) {
                const unsigned order = records_->at(frame).state().order();
                give(frame);
                frame += frames_in(order);
            }
            give(block.frame);
            return done.error();
        }
        Record& record = records_->at(half.frame);
        record.set_node(node_);
        records_->at(block.frame).set_state(State(Kind::Used, half.order, range));
        record.set_head(State(Kind::Used, half.order, range), 1);
        record.set_owner(0);
        record.set_temperature(0);
        if (count <= frames_in(half.order)) {
            give(half.frame);
            block.order = half.order;
        } else {
            count -= frames_in(half.order);
            block = half;
        }
    }
    return {};
}

Result<void> Depot::split_used(Number frame) {
    fill_reserve();
    const State state = records_->at(frame).state();
    ASSERT(state.kind() == Kind::Used && records_->at(frame).references() == 1, "a block is split that is not its own");
    if (state.order() > kLargestSplit) {
        return Error::InvalidArgument;
    }
    const u64 count = frames_in(state.order());
    for (Number page = frame; page < frame + count; page += kRecordsPerPage) {
        TRY(records_->make_near(page, frame, reserve_));
    }
    cut({frame, state.order()}, State(Kind::Used, 0, state.range()), records_->at(frame).owner());
    return {};
}

/// Makes a block, for whose frames there are records, single frames.
void Depot::cut(Block block, State each, u64 owner) {
    for (Number frame = block.frame; frame < block.frame + frames_in(block.order); ++frame) {
        Record& record = records_->at(frame);
        record.set_head(each, 1);
        record.set_owner(owner);
        record.set_temperature(0);
        record.set_node(node_);
    }
}

/// No larger than the smallest free block, so that none is broken up that need not be; but cutting one costs much less
/// than taking its frames one by one.
Result<Depot::Row> Depot::take_row(u64 limit) {
    const unsigned smallest = filled_ == 0 ? kLargestRow : static_cast<unsigned>(std::countr_zero(filled_));
    const unsigned order = std::min({smallest, static_cast<unsigned>(std::bit_width(limit)) - 1, kLargestRow});
    if (const auto block = take(order, Kind::Cached)) {
        cut({*block, order}, State(Kind::Cached, 0, records_->at(*block).state().range()), 0);
        return Row{*block, frames_in(order)};
    }
    return Row{TRY(take(0, Kind::Cached)), 1};
}

} // namespace frame
