/// A machine of nodes, memory and processors, for tests.
#pragma once

#include <deque>
#include <thread>

#include "base/spin_lock.hpp"
#include "libs/frame/fake_store.hpp"

namespace frame {

/// Gives way while it waits: the test machine has fewer processors than the test has threads.
struct YieldingContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() { std::this_thread::yield(); }
};

inline constexpr base::LockClass kRangesLock{.rank = 1, .name = "frame ranges"};
inline constexpr base::LockClass kDepotLock{.rank = 2, .name = "frame depot"};

using FakeAllocator = Allocator<base::SpinLock<YieldingContext>, kRangesLock, kDepotLock>;

inline constexpr base::u64 kFramesPerMiB = 256;
inline constexpr base::u64 kFramesPerGiB = 1024 * kFramesPerMiB;

struct FakeMachine {
    explicit FakeMachine(base::usize frames = 8 * kFramesPerGiB, const Topology& topology = Topology{})
        : store(frames) {
        allocator.initialize(store.records(), store.ranges(), store, topology);
    }

    CpuCache& add_cpu(base::u8 node = 0) { return caches.emplace_back(node); }

    /// Frames handed out.
    base::u64 used() {
        Counts all = counts();
        for (const CpuCache& cache : caches) {
            all.used -= cache.held();
        }
        return all.used;
    }

    Counts counts() {
        Counts all;
        for (base::u32 node = 0; node < allocator.node_count(); ++node) {
            all += allocator.counts(node);
        }
        return all;
    }

    void drain_all() {
        for (CpuCache& cache : caches) {
            allocator.drain(cache);
        }
    }

    FakeStore store;
    FakeAllocator allocator;
    std::deque<CpuCache> caches;
};

} // namespace frame
