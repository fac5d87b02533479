// What is left when memory runs out, or a cancellation comes, at any point.
#include <memory>

#include "async/channel.hpp"
#include "async/mutex.hpp"
#include "async/scope.hpp"
#include "async/sequence.hpp"
#include "async/shield.hpp"
#include "async/sim/fake_device.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
#include "async/when_any.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;
using namespace base::literals;
using sim::FakeDevice;
using sim::ReplayChooser;
using sim::Simulation;

/// Shared by all, so that what is not destroyed is counted.
using Token = std::shared_ptr<int>;

struct World {
    explicit World(Simulation& simulation) : device(simulation) {}

    FakeDevice device;
    Mutex mutex;
    Channel<Token, 1> channel;
};

Task<u64> operate(World* world, Token) {
    const Mutex::Guard guard = co_await world->mutex.lock();
    co_return co_await world->device.operation({.takes = 2_ms, .value = 1, .cancel_takes = 1_ms});
}

Task<> send(World* world, Token token) {
    for (int i = 0; i < 3; ++i) {
        co_await world->channel.send(token);
    }
}

Sequence<u64> numbers(World* world, Token token) {
    co_yield co_await operate(world, token);
    co_await yield_now();
    co_yield 1;
}

Task<u64> large(Token token) {
    std::array<u64, 100> numbers{};
    for (u64& number : numbers) {
        number = static_cast<u64>(*token);
    }
    co_await yield_now();
    co_return numbers.back();
}

Task<u64> all_kinds(Scope inner, World* world, Token token) {
    u64 sum = 0;
    co_await inner.spawn(send(world, token));
    auto started = co_await inner.start(operate(world, token));
    for (int i = 0; i < 3; ++i) {
        sum += static_cast<u64>(*co_await world->channel.receive());
    }
    const auto [one, two] = co_await when_all(operate(world, token), large(token));
    sum += one + two;
    sum += (co_await when_any(operate(world, token), large(token))).index();
    Sequence<u64> sequence = numbers(world, token);
    while (const auto number = co_await co_await sequence.next()) {
        sum += *number;
    }
    sum += co_await timeout(1_s, operate(world, token));
    sum += co_await shield(1_s, large(token));
    co_return sum + co_await started;
}

/// 3 received + 2 of when_all + the large one first + 2 numbers + 3.
constexpr u64 kSum = 3 + 2 + 1 + 2 + 3;

Task<u64> all(World* world, Token token) { co_return co_await scope(all_kinds, world, token); }

Task<> cancel_after(Scope inner, u64 steps) {
    for (u64 i = 0; i < steps; ++i) {
        co_await yield_now();
        if (i % 8 == 7) {
            co_await sleep_for(250_us);
        }
    }
    inner.cancel();
}

Task<u64> cancelled_after(Scope inner, World* world, Token token, u64 steps) {
    co_await inner.spawn(cancel_after(inner, steps));
    co_return co_await all(world, token);
}

Task<u64> until_cancelled(World* world, Token token, u64 steps) {
    co_return co_await scope(cancelled_after, world, token, steps);
}

/// Runs one; whatever comes, nothing is left.
Result<u64> run_checked(auto prepare, auto function, auto... arguments) {
    const auto token = std::make_shared<int>(1);
    ReplayChooser chooser({}, 0);
    Simulation simulation(chooser, {});
    World world(simulation);
    prepare(simulation);
    Result<u64> result = simulation.run(function, &world, token, arguments...);
    EXPECT_EQ(simulation.failure(), "");
    EXPECT_EQ(world.device.under_way(), 0U);
    EXPECT_FALSE(world.mutex.is_locked());
    EXPECT_LE(token.use_count(), 2 + static_cast<long>(world.channel.count()));
    return result;
}

} // namespace

TEST(Failure, ThereIsNoneByItself) {
    EXPECT_EQ(run_checked([](Simulation&) {}, all).value(), kSum);
}

TEST(Failure, OfAnyAllocationArrivesAndLeavesNothing) {
    u64 good = 0;
    while (true) {
        const auto prepare = [good](Simulation& simulation) { simulation.source().fail_after(good); };
        const Result<u64> result = run_checked(prepare, all);
        if (result) {
            EXPECT_EQ(*result, kSum);
            break;
        }
        EXPECT_EQ(result.error(), Error(abi::Error::NoMemory)) << good;
        ++good;
    }
    EXPECT_GE(good, 2U);
}

TEST(Failure, ACancellationAtAnyPointLeavesNothing) {
    u64 cancelled = 0;
    for (u64 steps = 0; steps < 200; ++steps) {
        const Result<u64> result = run_checked([](Simulation&) {}, until_cancelled, steps);
        if (!result) {
            EXPECT_EQ(result.error(), Error(abi::Error::Cancelled)) << steps;
            ++cancelled;
        } else {
            EXPECT_EQ(*result, kSum);
        }
    }
    EXPECT_GE(cancelled, 20U);
}

} // namespace async
