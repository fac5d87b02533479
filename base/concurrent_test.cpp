// What several threads may do at once. On the host only, also under ThreadSanitizer.
#include <array>
#include <functional>
#include <latch>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "base/ref_ptr.hpp"
#include "base/ring_buffer.hpp"
#include "base/spin_lock.hpp"
#include "testing/test.hpp"

namespace base {

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 2000;
constexpr LockClass kCounterLock{.rank = 1, .name = "counter"};
constexpr LockClass kTotalLock{.rank = 2, .name = "total"};

/// Gives way while it waits: the test machine has fewer processors than the test has threads.
struct YieldingContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() { std::this_thread::yield(); }
};

using Lock = SpinLock<YieldingContext>;

void run_in_threads(const std::function<void()>& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back(body);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

struct Object : RefCounted<Object> {
    explicit Object(int& count) : destroyed(count) {}

    static void destroy(Object& object) {
        ++object.destroyed;
        object.payload = 0; // every owner's use lies before this
    }

    int& destroyed;
    int payload = 1;
};

} // namespace

TEST(SpinLockConcurrent, OneAtATime) {
    Lock lock;
    int unprotected = 0;
    run_in_threads([&] {
        for (int i = 0; i < kRounds; ++i) {
            const auto state = lock.lock(kCounterLock);
            ++unprotected;
            lock.unlock(kCounterLock, state);
        }
    });
    EXPECT_EQ(unprotected, kThreads * kRounds);
}

TEST(GuardedConcurrent, NoUpdateIsLost) {
    Guarded<int, Lock, kCounterLock> counter(0);
    Guarded<int, Lock, kTotalLock> total(0);
    run_in_threads([&] {
        for (int i = 0; i < kRounds; ++i) {
            counter.with([&](int& count) {
                ++count;
                total.with([](int& sum) { sum += 2; });
            });
        }
    });
    EXPECT_EQ(counter.with([](int& count) { return count; }), kThreads * kRounds);
    EXPECT_EQ(total.with([](int& sum) { return sum; }), 2 * kThreads * kRounds);
}

TEST(RefPtrConcurrent, DestroyedOnceAfterAllUses) {
    int destroyed = 0;
    Object object(destroyed);
    {
        const RefPtr<Object> owner = RefPtr<Object>::adopt(object);
        run_in_threads([owner] {
            for (int i = 0; i < kRounds; ++i) {
                const RefPtr<Object> copy = owner; // NOLINT: the copy is what is tested
                EXPECT_EQ(copy->payload, 1);
            }
        });
    }
    EXPECT_EQ(destroyed, 1);
}

TEST(RefPtrConcurrent, TheLastOfManyDropsDestroys) {
    for (int round = 0; round < 100; ++round) {
        int destroyed = 0;
        Object object(destroyed);
        {
            std::array<RefPtr<Object>, kThreads> owners;
            owners[0] = RefPtr<Object>::adopt(object);
            owners[1] = owners[2] = owners[3] = owners[0];
            // All are there before the first drops: ThreadSanitizer takes threads one after another for a single one.
            std::latch all_started(kThreads);
            std::vector<std::thread> threads;
            for (RefPtr<Object>& owner : owners) {
                threads.emplace_back([mine = std::move(owner), &all_started]() mutable {
                    all_started.arrive_and_wait();
                    EXPECT_EQ(mine->payload, 1); // must lie before the write in destroy(), whoever drops last
                    mine = nullptr;
                });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
        }
        EXPECT_EQ(destroyed, 1);
    }
}

TEST(RingBufferConcurrent, EverythingArrivesOnceInOrder) {
    RingBuffer<std::array<int, 4>, 8> ring;
    constexpr int kItems = 20000;
    std::thread producer([&ring] {
        for (int i = 0; i < kItems; ++i) {
            while (!ring.push({i, i, i, i})) {
                std::this_thread::yield();
            }
        }
    });
    for (int expected = 0; expected < kItems;) {
        if (const auto item = ring.pop()) {
            ASSERT_EQ(*item, (std::array{expected, expected, expected, expected}));
            ++expected;
        } else {
            EXPECT_LE(ring.count(), 8U);
            std::this_thread::yield();
        }
    }
    producer.join();
    EXPECT_TRUE(ring.empty());
}

} // namespace base
