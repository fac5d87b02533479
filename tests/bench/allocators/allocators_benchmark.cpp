// Our allocators beside mimalloc, in one run: a pair of allocate and free, and a batch that outgrows what is at hand.
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <mimalloc.h>

#include "base/lock_order.hpp"
#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "libs/frame/fake_machine.hpp"
#include "libs/slab/cache.hpp"
#include "libs/slab/fake_world.hpp"

void base::assertion_failed(const char*, const char* message, const char* file, unsigned line) {
    std::fprintf(stderr, "%s:%u: %s\n", file, line, message);
    std::abort();
}

void base::lock_order_violation(const LockClass&, const LockClass&) { std::abort(); }

base::HeldLocks& base::held_locks() {
    thread_local HeldLocks held;
    return held;
}

namespace {

constexpr int kThreads = 2;
constexpr std::size_t kBatch = 256;

struct Object {
    std::array<base::u64, 8> words{};
};

using Tree = budget::Tree<slab::FakeWorld::Lock, budget::kTestLock>;
using Objects = slab::Cache<Object, slab::PlainWorld>;

/// One cache and one budget for all threads, as in the kernel.
struct Shared {
    Shared() : cache(source, 0x9e3779b97f4a7c15) {
        if (!cache.start(kThreads)) {
            std::abort();
        }
    }

    Tree tree{budget::kNoLimits};
    slab::FakeSource source;
    Objects cache;
};

Shared& shared() {
    static Shared the_shared;
    return the_shared;
}

struct Slab {
    static Object* allocate() { return &shared().cache.create_free()->release(); }

    static void free(Object* object) { shared().cache.destroy(*object); }
};

struct ChargedSlab {
    static Object* allocate() { return &shared().cache.create(shared().tree.root())->release(); }

    static void free(Object* object) { shared().cache.destroy(*object); }
};

/// A GiB of frames of one node, and a cache for each thread, as FrameAllocator has them.
struct Frames {
    Frames() : machine(2 * frame::kFramesPerGiB) {
        static_cast<void>(machine.allocator.add_range(frame::kFramesPerGiB, 2 * frame::kFramesPerGiB, 0).value());
        for (int i = 0; i < kThreads; ++i) {
            machine.add_cpu();
        }
    }

    frame::FakeMachine machine;
};

struct Frame {
    static Frames& frames() {
        static Frames the_frames;
        return the_frames;
    }

    static frame::CpuCache& cache() { return frames().machine.caches[slab::FakeWorld::cpu]; }

    static frame::Record* allocate() {
        if (frame::Record* const record = cache().take()) [[likely]] {
            return record;
        }
        auto& allocator = frames().machine.allocator;
        return &allocator.records().at(*allocator.allocate(&cache(), {}));
    }

    static void free(frame::Record* record) {
        if (!cache().give(*record)) [[unlikely]] {
            auto& allocator = frames().machine.allocator;
            allocator.free(&cache(), allocator.records().number_of(*record));
        }
    }
};

/// A page of mimalloc's, beside a frame.
struct MimallocPage {
    static void* allocate() { return mi_malloc_aligned(base::kPageSize, base::kPageSize); }

    static void free(void* page) { mi_free(page); }
};

struct Mimalloc {
    static Object* allocate() { return new (mi_malloc(sizeof(Object))) Object; }

    static void free(Object* object) { mi_free(object); }
};

template <class Allocator>
void pair(benchmark::State& state) {
    slab::FakeWorld::cpu = static_cast<base::u32>(state.thread_index());
    for (auto _ : state) {
        auto* const object = Allocator::allocate();
        benchmark::DoNotOptimize(object);
        Allocator::free(object);
    }
}

template <class Allocator>
void batch(benchmark::State& state) {
    slab::FakeWorld::cpu = static_cast<base::u32>(state.thread_index());
    std::array<decltype(Allocator::allocate()), kBatch> objects{};
    for (auto _ : state) {
        for (auto& object : objects) {
            object = Allocator::allocate();
            benchmark::DoNotOptimize(object);
        }
        for (auto* const object : objects) {
            Allocator::free(object);
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}

} // namespace

BENCHMARK(pair<Slab>)->ThreadRange(1, kThreads);
BENCHMARK(pair<ChargedSlab>)->ThreadRange(1, kThreads);
BENCHMARK(pair<Mimalloc>)->ThreadRange(1, kThreads);
BENCHMARK(pair<Frame>)->ThreadRange(1, kThreads);
BENCHMARK(pair<MimallocPage>)->ThreadRange(1, kThreads);
BENCHMARK(batch<Slab>)->ThreadRange(1, kThreads);
BENCHMARK(batch<ChargedSlab>)->ThreadRange(1, kThreads);
BENCHMARK(batch<Mimalloc>)->ThreadRange(1, kThreads);
BENCHMARK(batch<Frame>)->ThreadRange(1, kThreads);
BENCHMARK(batch<MimallocPage>)->ThreadRange(1, kThreads);
BENCHMARK_MAIN();
