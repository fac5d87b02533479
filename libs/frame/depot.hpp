/// The memory of one node: free blocks by order, and a pool of frames of zeros.
#pragma once

#include <array>

#include "base/result.hpp"
#include "libs/frame/block_list.hpp"
#include "libs/frame/range_table.hpp"
#include "libs/frame/record_table.hpp"
#include "libs/frame/reserve.hpp"

namespace frame {

/// Frames of a depot, or of all together.
struct Counts {
    base::u64 free = 0;     ///< in blocks, in the pool of zeros, or never touched
    base::u64 used = 0;     ///< handed out, or in caches of processors
    base::u64 metadata = 0; ///< for records: holding some, or kept for them
    base::u64 withdrawn = 0;
    base::u64 local = 0;  ///< blocks that processors of the node took from here, without what their caches count
    base::u64 remote = 0; ///< blocks that processors of other nodes took from here

    Counts& operator+=(const Counts& other);
};

/// A buddy allocator. Blocks come from ranges piece by piece, when the lists do not have what is asked for: what was
/// never touched costs nothing. Not safe for concurrent use: the owner serialises.
class Depot {
  public:
    constexpr Depot() = default;
    Depot(const Depot&) = delete;
    Depot& operator=(const Depot&) = delete;

    /// Of node `node`. Both tables are the allocator's.
    void initialize(base::u8 node, const RecordTable& records, const RangeTable& ranges) {
        node_ = node;
        records_ = &records;
        ranges_ = &ranges;
    }

    /// A block of `order`, as `kind`, held once, without an owner. NoMemory.
    base::Result<Number> take(unsigned order, Kind kind);

    /// Single frames side by side.
    struct Row {
        Number first;
        base::u64 count;
    };

    /// At most `limit` frames at once for the cache of a processor, at least one, each of kind Cached. NoMemory.
    base::Result<Row> take_row(base::u64 limit);

    /// `count` frames in a row, in blocks that are given back one by one; `count` is at most frames_in(kLargestOrder).
    base::Result<Number> take_run(base::u64 count);

    /// Takes back the block at `frame`, which is Used or Cached, and joins it with its free neighbours.
    void give(Number frame);

    /// Makes the used block at `frame`, held once, as many single used frames of the same owner. InvalidArgument when
    /// it is larger than kLargestSplit; NoMemory.
    base::Result<void> split_used(Number frame);

    /// A frame from the pool of zeros, as Cached. NoMemory when it is empty.
    base::Result<Number> take_zeroed();
    /// Takes a frame that was filled with zeros, and is Used, into the pool.
    void give_zeroed(Number frame);

    [[nodiscard]] base::u64 zeroed() const { return zeroed_.count(); }

    /// Frames [start, end) in `range`, a free slot: they are online from now on.
    void add_range(Range& range, Number start, Number end);

    /// Withdraws what is free of an online or offlining range, at most kWalkBlocks blocks a call, and says what is
    /// missing. BadState: the range is Absent.
    base::Result<OfflineProgress> offline(Range& range);
    /// The range is used again; brings back at most kWalkBlocks withdrawn blocks a call. True when all are back.
    bool online(Range& range);
    /// The slot is free from now on. BadState: the range is not Offline.
    base::Result<void> remove(Range& range);

    static constexpr unsigned kWalkBlocks = 64;
    static constexpr unsigned kLargestSplit = 9;
    /// The records of that many frames, aligned, lie in one page.
    static constexpr unsigned kLargestRow = 7;

    [[nodiscard]] bool has_memory() const { return counts_.free != 0 || counts_.used != 0; }

    [[nodiscard]] Counts counts() const { return counts_; }

    void count_allocation(bool is_remote) { ++(is_remote ? counts_.remote : counts_.local); }

    /// For what else lies in the store: with as much as there is to be had.
    [[nodiscard]] Reserve& filled_reserve() {
        fill_reserve();
        return reserve_;
    }

  private:
    /// A block that is in no list.
    struct Block {
        Number frame;
        unsigned order;
    };

    base::Result<Number> take_block(unsigned order, Kind kind);
    base::Result<void> open_for(unsigned order);
    base::Result<void> open_next(Range& range);
    base::Result<void> split_down(Block& block, unsigned order);
    base::Result<void> keep_first(Block block, base::u64 count);
    void cut(Block block, State each, base::u64 owner);
    void hand_out(Block block, Kind kind, base::u16 range);
    void push(Block block, base::u16 range);
    void unlink(Number frame);
    void insert(Block block, const Range& range);
    void withdraw(Block block, Range& range);
    void bring_back(Block block, Range& range);
    void fill_reserve();
    void seed_reserve();
    void count_metadata(Range& range, base::u64 count);
    Block block_around(Number frame, const Range& range) const;

    [[nodiscard]] bool has_block(unsigned order) const { return filled_ >> order != 0; }

    const RecordTable* records_ = nullptr;
    const RangeTable* ranges_ = nullptr;
    std::array<BlockList, kOrders> lists_{};
    BlockList zeroed_;
    Reserve reserve_;
    Counts counts_;
    base::u64 total_ = 0; ///< frames of all ranges
    Range* first_range_ = nullptr;
    Range* last_range_ = nullptr;
    Range* fresh_range_ = nullptr; ///< all before it are in blocks
    base::u32 filled_ = 0;         ///< bit n: lists_[n] is not empty
    base::u8 node_ = 0;
};

} // namespace frame
