#include <atomic>
#include <set>

#include "async/event.hpp"
#include "async/host/threads.hpp"
#include "async/port.hpp"
#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async::host {

namespace {

using base::u64;
using namespace base::literals;

constexpr base::usize kWorkers = 4;

/// Stays on one thread, whatever it awaits; `sum` has all of it at the end.
Task<> stay(std::atomic<u64>* sum, u64 value) {
    const Executor* const here = &Executor::current();
    for (int i = 0; i < 3; ++i) {
        co_await yield_now();
        EXPECT_EQ(here, &Executor::current());
    }
    sum->fetch_add(value, std::memory_order_relaxed);
}

Task<> spawn_many(Pool* pool, std::atomic<u64>* sum, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await pool->spawn(stay(sum, 1));
        if (i % 16 == 0) {
            co_await yield_now();
        }
    }
}

Task<> spawn_from_many(Pool* pool, std::atomic<u64>* sum, u64 count) {
    for (u64 i = 0; i < 8; ++i) {
        co_await pool->spawn(spawn_many(pool, sum, count));
    }
}

Task<> sleep_then_fail() {
    co_await sleep_for(1_ms);
    co_await fail(abi::Error::Corrupt);
}

Task<> wait_for_ever(std::atomic<u64>* cancelled) {
    Event never;
    const Result<> result = co_await never.wait().result();
    cancelled->fetch_add(result.error() == abi::Error::Cancelled ? 1 : 0);
    co_await result;
}

Task<> fail_in_one(Pool* pool, std::atomic<u64>* cancelled, Threads* threads) {
    for (base::usize i = 0; i < kWorkers; ++i) {
        co_await pool->post(threads->executor(i), wait_for_ever(cancelled));
    }
    co_await pool->spawn(sleep_then_fail());
}

Task<> send(Port<u64, 4>* port, u64 from, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await port->send(from * count + i);
    }
}

Task<u64> receive_all(Threads* threads, u64 senders, u64 count) {
    Port<u64, 4> port(Executor::current());
    for (u64 i = 0; i < senders; ++i) {
        co_await threads->pool().post(threads->executor(i % kWorkers), send(&port, i, count));
    }
    std::vector<u64> next(senders);
    u64 received = 0;
    for (; received < senders * count; ++received) {
        const u64 value = co_await port.receive();
        // Of one sender, in order.
        EXPECT_EQ(value % count, next.at(value / count)++);
    }
    co_return received;
}

Task<> hop_around(Threads* threads, std::atomic<u64>* hops) {
    for (base::usize i = 1; i <= 100; ++i) {
        Executor& target = threads->executor(i % kWorkers);
        co_await hop_to(target);
        EXPECT_EQ(&target, &Executor::current());
        hops->fetch_add(1);
    }
}

Task<> hop_many(Threads* threads, std::atomic<u64>* hops) {
    for (u64 i = 0; i < 20; ++i) {
        co_await threads->pool().spawn(hop_around(threads, hops));
    }
}

Task<> close_early(Threads* threads, std::atomic<u64>* refused) {
    Port<u64, 1> port(Executor::current());
    std::atomic<u64> ended = 0;
    for (base::usize i = 0; i < kWorkers; ++i) {
        auto sender = [](Port<u64, 1>* to, std::atomic<u64>* out, std::atomic<u64>* done) -> Task<> {
            while (true) {
                const Result<> result = co_await to->send(1).result();
                if (!result) {
                    out->fetch_add(result.error() == kClosed ? 1 : 0);
                    break;
                }
            }
            done->fetch_add(1);
        };
        co_await threads->pool().post(threads->executor(i), sender(&port, refused, &ended));
    }
    for (int i = 0; i < 50; ++i) {
        static_cast<void>(co_await port.receive());
    }
    port.close();
    while (ended.load() != kWorkers) {
        co_await sleep_for(1_ms);
    }
}

} // namespace

TEST(Threads, ManyWorkersTakeFreshJobs) {
    std::atomic<u64> sum = 0;
    Threads threads({.workers = kWorkers});
    EXPECT_TRUE(threads.run(spawn_from_many, &threads.pool(), &sum, u64{500}).has_value());
    EXPECT_EQ(sum.load(), 4000U);
}

TEST(Threads, PerCoreKeepsJobsWhereTheyAre) {
    std::atomic<u64> sum = 0;
    Threads threads({.workers = kWorkers, .mode = Pool::Mode::PerCore});
    EXPECT_TRUE(threads.run(spawn_many, &threads.pool(), &sum, u64{300}).has_value());
    EXPECT_EQ(sum.load(), 300U);
}

TEST(Threads, AnErrorCancelsTheOtherWorkersJobs) {
    std::atomic<u64> cancelled = 0;
    Threads threads({.workers = kWorkers});
    EXPECT_EQ(threads.run(fail_in_one, &threads.pool(), &cancelled, &threads).error(), Error(abi::Error::Corrupt));
    EXPECT_EQ(cancelled.load(), kWorkers);
}

TEST(Threads, PortsCarryValuesInOrder) {
    Threads threads({.workers = kWorkers});
    EXPECT_EQ(threads.run(receive_all, &threads, u64{6}, u64{300}).value(), 1800U);
}

TEST(Threads, JobsHopWhereTheyAreTold) {
    std::atomic<u64> hops = 0;
    Threads threads({.workers = kWorkers});
    EXPECT_TRUE(threads.run(hop_many, &threads, &hops).has_value());
    EXPECT_EQ(hops.load(), 2000U);
}

TEST(Threads, AClosedPortRefuses) {
    std::atomic<u64> refused = 0;
    Threads threads({.workers = kWorkers});
    EXPECT_TRUE(threads.run(close_early, &threads, &refused).has_value());
    EXPECT_EQ(refused.load(), kWorkers);
}

} // namespace async::host
