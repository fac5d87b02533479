/// Frames for the whole machine: a depot for each node, behind its lock, and in front of them the caches of the
/// processors.
///
///     if (const auto frame = allocator.allocate(cache, {})) { … allocator.free(cache, *frame); }
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <utility>

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "libs/frame/cpu_cache.hpp"
#include "libs/frame/depot.hpp"
#include "libs/frame/topology.hpp"

namespace frame {

/// Safe for concurrent use, each cache by its processor. `kRangesLock` ranks below `kDepotLock`: ranges are added and
/// removed under both. Where a cache is passed, null says that the processor has none yet.
template <base::RankedLock Lock, const base::LockClass& kRangesLock, const base::LockClass& kDepotLock>
class Allocator {
  public:
    /// Records and ranges lie in `store`; the first page of ranges is accessible.
    void initialize(std::span<Record> records, std::span<Range> ranges, Store& store, const Topology& topology) {
        records_ = RecordTable(records, store);
        ranges_.with([&](RangeTable& table) { table = RangeTable(ranges, store); });
        table_ = RangeTable(ranges, store);
        node_count_ = topology.count();
        for (base::u32 node = 0; node < node_count_; ++node) {
            topology.nearest_first(node, order_.at(node));
            depots_.at(node).with(
                [&](Depot& depot) { depot.initialize(static_cast<base::u8>(node), records_, table_); });
        }
    }

    [[nodiscard]] const RecordTable& records() const { return records_; }

    [[nodiscard]] base::u32 node_count() const { return node_count_; }

    /// A block as `request` says, contents undefined, held once. InvalidArgument: no such order or node; NoMemory.
    base::Result<Number> allocate(CpuCache* cache, const Request& request) {
        if (request.order > kLargestOrder || (request.policy.nodes & nodes()) == 0) {
            return base::Error::InvalidArgument;
        }
        if (cache != nullptr && request.order == 0 && may_use_cache(*cache, request.policy)) {
            refill(*cache);
            if (const Record* const frame = cache->take()) {
                return records_.number_of(*frame);
            }
        }
        return visit_nodes(request, home_of(cache), [&](Depot& depot, bool is_remote) {
            const auto frame = depot.take(request.order, Kind::Used);
            note(depot, is_remote, frame.has_value());
            return frame;
        });
    }

    /// A frame of zeros from the pool, if the cache or its node has one.
    base::Result<Number> allocate_zeroed(CpuCache& cache) {
        if (const Record* const frame = cache.take_zeroed()) {
            return records_.number_of(*frame);
        }
        // Only a hint: so that whoever finds none takes no lock for it.
        std::atomic<bool>& has_zeroed = has_zeroed_.at(cache.node());
        if (!has_zeroed.load(std::memory_order_relaxed)) {
            return base::Error::NoMemory;
        }
        depot(cache.node()).with([&](Depot& depot) {
            for (base::u64 i = 0; i < CpuCache::kZeroedBatch; ++i) {
                const auto frame = depot.take_zeroed();
                if (!frame) {
                    has_zeroed.store(false, std::memory_order_relaxed);
                    return;
                }
                cache.put_zeroed(records_.at(*frame));
            }
        });
        const Record* const frame = cache.take_zeroed();
        return frame != nullptr ? base::Result<Number>{records_.number_of(*frame)} : base::Error::NoMemory;
    }

    /// `count` frames in a row, contents undefined; each block of them, as its record says, is freed by itself. Or all
    /// with free_run(). InvalidArgument: none, or more than a block can have; NoMemory.
    base::Result<Number> allocate_run(CpuCache* cache, base::u64 count, const Policy& policy) {
        if ((policy.nodes & nodes()) == 0) {
            return base::Error::InvalidArgument;
        }
        return visit_nodes({.policy = policy}, home_of(cache), [&](Depot& depot, bool is_remote) {
            const auto frame = depot.take_run(count);
            note(depot, is_remote, frame.has_value());
            return frame;
        });
    }

    /// Takes back a block that its caller alone holds.
    void free(CpuCache* cache, Number frame) {
        Record& record = records_.at(frame);
        if (cache != nullptr) {
            make_room(*cache);
            if (cache->give(record)) {
                return;
            }
        }
        give_to_depot(frame);
    }

    /// Takes back `count` frames from `first` on, as allocate_run() gave them.
    void free_run(Number first, base::u64 count) {
        for (Number frame = first; frame < first + count;) {
            const base::u64 size = frames_in(records_.at(frame).state().order());
            give_to_depot(frame);
            frame += size;
        }
    }

    /// Makes the block at `frame` single frames. Errors as of Depot::split_used().
    base::Result<void> split(Number frame) {
        return depot_of(frame).with([&](Depot& depot) { return depot.split_used(frame); });
    }

    /// Gives back everything that `cache` holds.
    void drain(CpuCache& cache) {
        depot(cache.node()).with([&](Depot& depot) {
            const auto give = [&](const Record& frame) { depot.give(records_.number_of(frame)); };
            cache.take_coldest(CpuCache::kFrames, give);
            cache.take_all_zeroed(give);
        });
    }

    /// A frame to be filled with zeros for the pool of `node`, which wants at most `limit`. NotFound: it is full, or
    /// memory is short.
    base::Result<Number> begin_zeroing(base::u8 node, base::u64 limit) {
        return depot(node).with([&](Depot& depot) -> base::Result<Number> {
            if (depot.zeroed() >= limit || depot.counts().free <= 2 * depot.zeroed() + 1) {
                return base::Error::NotFound;
            }
            return depot.take(0, Kind::Used);
        });
    }

    void end_zeroing(Number frame) {
        const base::u8 node = records_.at(frame).node();
        depot(node).with([&](Depot& depot) {
            depot.give_zeroed(frame);
            has_zeroed_.at(node).store(true, std::memory_order_relaxed);
        });
    }

    [[nodiscard]] base::u64 zeroed(base::u8 node) {
        return depot(node).with([](const Depot& depot) { return depot.zeroed(); });
    }

    /// Frames [start, end) of `node` are used from now on. Answers the range's slot. InvalidArgument: none, frame 0,
    /// beyond the last record, or no such node; Exists: they overlap a range; OutOfRange: no free slot; NoMemory.
    base::Result<base::u16> add_range(Number start, Number end, base::u8 node) {
        if (start == kNone || start >= end || end > records_.end() || node >= node_count_) {
            return base::Error::InvalidArgument;
        }
        return ranges_.with([&](RangeTable& table) -> base::Result<base::u16> {
            Range* const range = TRY(find_room(table, start, end));
            depot(node).with([&](Depot& depot) { depot.add_range(*range, start, end); });
            return range->slot;
        });
    }

    /// The range that `frame` lies in. NotFound.
    base::Result<base::u16> find_range(Number frame) {
        return ranges_.with([frame](const RangeTable& table) { return table.find(frame); });
    }

    /// Withdraws what is free of a range, a bounded piece a call. Call it until is_offline, or online_range() to give
    /// up. NotFound: no such range.
    base::Result<OfflineProgress> offline_range(base::u16 slot) {
        return with_range(slot, [](Depot& depot, Range& range) { return depot.offline(range); });
    }

    /// Uses a range again, a bounded piece a call: true when all of it is back. NotFound: no such range.
    base::Result<bool> online_range(base::u16 slot) {
        return with_range(slot, [](Depot& depot, Range& range) { return base::Result<bool>{depot.online(range)}; });
    }

    /// Forgets an offline range. NotFound: no such range; BadState: it is not offline.
    base::Result<void> remove_range(base::u16 slot) {
        return with_range(slot, [](Depot& depot, Range& range) { return depot.remove(range); });
    }

    [[nodiscard]] Counts counts(base::u32 node) {
        return depot(node).with([](const Depot& depot) { return depot.counts(); });
    }

    /// `node`, or the nearest that has memory.
    [[nodiscard]] base::u8 nearest_with_memory(base::u8 node) {
        for (base::u32 i = 0; i < node_count_; ++i) {
            const base::u8 candidate = order_.at(node).at(i);
            if (depot(candidate).with([](const Depot& depot) { return depot.has_memory(); })) {
                return candidate;
            }
        }
        return node;
    }

  private:
    using GuardedDepot = base::Guarded<Depot, Lock, kDepotLock>;

    [[nodiscard]] NodeSet nodes() const { return (1U << node_count_) - 1; }

    [[nodiscard]] GuardedDepot& depot(base::u32 node) { return depots_.at(node); }

    [[nodiscard]] GuardedDepot& depot_of(Number frame) { return depot(records_.at(frame).node()); }

    static base::u8 home_of(const CpuCache* cache) { return cache == nullptr ? base::u8{0} : cache->node(); }

    static bool may_use_cache(const CpuCache& cache, const Policy& policy) {
        return policy.kind == Policy::Kind::Local ||
               (policy.kind == Policy::Kind::Bind && (policy.nodes >> cache.node() & 1) != 0);
    }

    static void note(Depot& depot, bool is_remote, bool was_served) {
        if (was_served) {
            depot.count_allocation(is_remote);
        }
    }

    void refill(CpuCache& cache) {
        if (!cache.is_empty()) {
            return;
        }
        depot(cache.node()).with([&](Depot& depot) {
            for (base::u64 wanted = CpuCache::kBatch; wanted != 0;) {
                const auto row = depot.take_row(wanted);
                if (!row) {
                    return;
                }
                for (base::u64 i = 0; i < row->count; ++i) {
                    cache.put_frame(records_.at(row->first + i));
                }
                wanted -= row->count;
            }
        });
    }

    void make_room(CpuCache& cache) {
        if (cache.is_full()) {
            depot(cache.node()).with([&](Depot& depot) {
                cache.take_coldest(CpuCache::kBatch,
                                   [&](const Record& frame) { depot.give(records_.number_of(frame)); });
            });
        }
    }

    void give_to_depot(Number frame) {
        Record& record = records_.at(frame);
        ASSERT(record.state().kind() == Kind::Used, "a frame is freed that is not used");
        ASSERT(record.references() == 1, "a frame is freed that others hold");
        record.end_generation();
        depot_of(frame).with([&](Depot& depot) { depot.give(frame); });
    }

    /// The node that `policy` wants first.
    [[nodiscard]] base::u8 first_node(const Request& request, base::u8 home) const {
        const NodeSet allowed = request.policy.nodes & nodes();
        if (request.policy.kind != Policy::Kind::Interleave) {
            return home;
        }
        NodeSet rest = allowed;
        for (base::u64 skip = request.position % static_cast<base::u64>(std::popcount(allowed)); skip != 0; --skip) {
            rest &= rest - 1;
        }
        return static_cast<base::u8>(std::countr_zero(rest));
    }

    /// Tries the nodes that the request allows, nearest first, until one has what is wanted.
    template <class Try>
    base::Result<Number> visit_nodes(const Request& request, base::u8 home, Try attempt) {
        const NodeSet allowed = request.policy.kind == Policy::Kind::Local ? nodes() : request.policy.nodes;
        const auto& order = order_.at(first_node(request, home));
        base::Result<Number> result = base::Error::NoMemory;
        for (base::u32 i = 0; i < node_count_ && !result && result.error() == base::Error::NoMemory; ++i) {
            const base::u8 node = order.at(i);
            if ((allowed >> node & 1) != 0) {
                result = depot(node).with([&](Depot& depot) { return attempt(depot, node != home); });
            }
        }
        return result;
    }

    /// A slot. To grow, the table needs frames that any node may give.
    base::Result<Range*> find_room(RangeTable& table, Number start, Number end) {
        base::Result<Range*> range = base::Error::NoMemory;
        for (base::u32 node = 0; node < node_count_ && !range && range.error() == base::Error::NoMemory; ++node) {
            base::Error error{};
            Range* found = nullptr;
            depot(node).with([&](Depot& depot) {
                const auto room = table.allocate(start, end, depot.filled_reserve());
                found = room ? *room : nullptr;
                error = room ? base::Error::NoMemory : room.error();
            });
            range = found != nullptr ? base::Result<Range*>{found} : base::Result<Range*>{error};
        }
        return range;
    }

    template <class Body>
    auto with_range(base::u16 slot, Body body) -> decltype(body(std::declval<Depot&>(), std::declval<Range&>())) {
        return ranges_.with([&](RangeTable& table) -> decltype(body(std::declval<Depot&>(), std::declval<Range&>())) {
            if (slot >= table.count() || table.at(slot).state.load(std::memory_order_acquire) == RangeState::Absent) {
                return base::Error::NotFound;
            }
            Range& range = table.at(slot);
            return depot(range.node).with([&](Depot& depot) { return body(depot, range); });
        });
    }

    RecordTable records_;
    RangeTable table_; ///< for looking up by slot
    base::Guarded<RangeTable, Lock, kRangesLock> ranges_;
    std::array<GuardedDepot, kMaximumNodes> depots_;
    std::array<std::atomic<bool>, kMaximumNodes> has_zeroed_{}; ///< of each depot; changed under its lock
    std::array<std::array<base::u8, kMaximumNodes>, kMaximumNodes> order_{};
    base::u32 node_count_ = 0;
};

} // namespace frame
