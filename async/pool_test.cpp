#include "async/pool.hpp"

#include <set>

#include "async/event.hpp"
#include "async/port.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;
using namespace base::literals;
using sim::ReplayChooser;
using sim::SeededChooser;
using sim::Simulation;

Task<> note_worker(std::vector<Executor*>* seen) {
    Executor* const here = &Executor::current();
    co_await yield_now();
    EXPECT_EQ(here, &Executor::current()) << "a Job that has begun stays";
    seen->push_back(here);
}

Task<> spawn_many(Simulation* simulation, std::vector<Executor*>* seen, int count) {
    for (int i = 0; i < count; ++i) {
        co_await simulation->pool().spawn(note_worker(seen));
        co_await yield_now();
    }
}

std::set<Executor*> workers_of(Pool::Mode mode, u64 seed) {
    std::vector<Executor*> seen;
    SeededChooser chooser(seed);
    Simulation simulation(chooser, {.workers = 3, .mode = mode});
    EXPECT_TRUE(simulation.run(spawn_many, &simulation, &seen, 30).has_value());
    EXPECT_EQ(simulation.failure(), "");
    EXPECT_EQ(seen.size(), 30U);
    return {seen.begin(), seen.end()};
}

Task<> number(std::string* text, char letter) {
    *text += letter;
    co_return;
}

Task<> oldest_first(Simulation* simulation, std::string* text) {
    for (const char letter : {'a', 'b', 'c', 'd'}) {
        co_await simulation->pool().spawn(number(text, letter));
    }
}

Task<> overflow(Simulation* simulation, std::vector<Executor*>* seen) {
    for (u64 i = 0; i < FreshQueue::kCapacity + 50; ++i) {
        co_await simulation->pool().spawn(note_worker(seen));
    }
}

Task<> where(Executor* expected, int* count) {
    EXPECT_EQ(expected, &Executor::current());
    ++*count;
    co_return;
}

Task<> post_everywhere(Simulation* simulation, int* count) {
    for (base::usize i = 0; i < 3; ++i) {
        Executor& worker = simulation->worker(i);
        co_await simulation->pool().post(worker, where(&worker, count));
    }
}

Task<> hop(Simulation* simulation) {
    co_await yield_now();
    for (const base::usize i : {1U, 2U, 2U, 0U}) {
        co_await hop_to(simulation->worker(i));
        EXPECT_EQ(&Executor::current(), &simulation->worker(i));
    }
    EXPECT_TRUE(co_await hop_to(simulation->worker(0)).result());
    // Not from a scope: its worker counts it.
    const Result<> result =
        co_await scope([](Scope, Simulation* inside) -> Task<> { co_await hop_to(inside->worker(1)); }, simulation)
            .result();
    EXPECT_EQ(result.error(), Error(abi::Error::BadState));
}

Task<> wait_for_ever(int* cancelled) {
    Event never;
    const Result<> result = co_await never.wait().result();
    *cancelled += result.error() == abi::Error::Cancelled ? 1 : 0;
    co_await result;
}

Task<> fail_somewhere(Simulation* simulation, int* cancelled) {
    for (base::usize i = 0; i < 3; ++i) {
        co_await simulation->pool().post(simulation->worker(i), wait_for_ever(cancelled));
    }
    co_await simulation->pool().spawn([]() -> Task<> {
        co_await sleep_for(1_ms);
        co_await fail(abi::Error::Corrupt);
    }());
    static_cast<void>(co_await wait_for_ever(cancelled).result());
    const Result<> hop = co_await hop_to(simulation->worker(1)).result();
    EXPECT_EQ(hop.error(), Error(abi::Error::Cancelled));
    EXPECT_EQ(&Executor::current(), &simulation->worker(0));
    co_await hop;
}

Task<> send(Port<u64, 2>* port, u64 first, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await port->send(first + i);
    }
}

Task<> through_a_port(Simulation& simulation) {
    Port<u64, 2> port(Executor::current());
    for (u64 i = 0; i < 3; ++i) {
        co_await simulation.pool().post(simulation.worker(i), send(&port, i * 10, 5));
    }
    std::array<u64, 3> next{0, 10, 20};
    for (int i = 0; i < 15; ++i) {
        const u64 value = co_await port.receive();
        co_await simulation.check(value == next.at(value / 10)++, "a value came out of its order");
    }
}

Task<> send_until_closed(Port<u64, 1>* port, int* closed) {
    Result<> result;
    while (result) {
        co_await yield_now();
        result = co_await port->send(1).result();
    }
    *closed += result.error() == kClosed ? 1 : 0;
}

Task<> closing(Simulation& simulation) {
    int closed = 0;
    Port<u64, 1> port(Executor::current());
    for (u64 i = 0; i < 3; ++i) {
        co_await simulation.pool().post(simulation.worker(i), send_until_closed(&port, &closed));
    }
    static_cast<void>(co_await port.receive());
    port.close();
    while (co_await port.receive().result()) {
    }
    while (closed != 3) {
        co_await sleep_for(1_ms);
    }
}

/// A send that is cancelled has sent, or has not, and says which.
Task<> send_cancelled(Port<u64, 1>* port, u64* sent) {
    const auto result = co_await scope(
                            [](Scope inner, Port<u64, 1>* to, u64* count) -> Task<> {
                                co_await inner.spawn([](Scope all) -> Task<> {
                                    co_await yield_now();
                                    all.cancel();
                                }(inner));
                                for (int i = 0; i < 20; ++i) {
                                    co_await to->send(1);
                                    ++*count;
                                }
                            },
                            port, sent)
                            .result();
    EXPECT_TRUE(result || result.error() == abi::Error::Cancelled);
    port->close();
}

Task<> cancelled_sends(Simulation& simulation) {
    u64 sent = 0;
    u64 received = 0;
    Port<u64, 1> port(Executor::current());
    co_await simulation.pool().post(simulation.worker(1), send_cancelled(&port, &sent));
    while (co_await port.receive().result()) {
        ++received;
    }
    co_await simulation.check(sent == received, "a cancelled send was half done");
}

Task<> receive_cancelled(Simulation& simulation) {
    Port<u64, 2> port(Executor::current());
    const auto result = co_await scope(
                            [](Scope inner, Port<u64, 2>* from) -> Task<> {
                                co_await inner.spawn([](Scope all) -> Task<> {
                                    co_await yield_now();
                                    all.cancel();
                                }(inner));
                                static_cast<void>(co_await from->receive());
                            },
                            &port)
                            .result();
    EXPECT_EQ(result.error(), Error(abi::Error::Cancelled));
    co_await simulation.pool().post(simulation.worker(1), send(&port, 7, 1));
    co_await simulation.check(co_await port.receive() == 7, "a value was lost");
}

Result<> run_on_three(auto test, auto... arguments) {
    SeededChooser chooser(5);
    Simulation simulation(chooser, {.workers = 3});
    const auto result = simulation.run(test, &simulation, arguments...);
    EXPECT_EQ(simulation.failure(), "");
    return result ? Result<>() : Result<>(result.error());
}

} // namespace

TEST(Pool, FreshJobsAreTakenByOthers) {
    EXPECT_EQ(workers_of(Pool::Mode::Stealing, 1).size(), 3U);
    EXPECT_GE(workers_of(Pool::Mode::Stealing, 2).size(), 2U);
}

TEST(Pool, PerCoreKeepsThem) { EXPECT_EQ(workers_of(Pool::Mode::PerCore, 1).size(), 1U); }

TEST(Pool, TheOldestIsTakenFirst) {
    for (u64 seed = 1; seed <= 20; ++seed) {
        std::string text;
        ReplayChooser chooser({}, seed);
        Simulation simulation(chooser, {.workers = 2});
        EXPECT_TRUE(simulation.run(oldest_first, &simulation, &text).has_value());
        EXPECT_EQ(text, "abcd");
    }
}

TEST(Pool, TooManyFreshJobsBeginWhereTheyAre) {
    std::vector<Executor*> seen;
    EXPECT_TRUE(run_on_three(overflow, &seen).has_value());
    EXPECT_EQ(seen.size(), FreshQueue::kCapacity + 50);
}

TEST(Pool, PostsBeginWhereTheyAreTold) {
    int count = 0;
    EXPECT_TRUE(run_on_three(post_everywhere, &count).has_value());
    EXPECT_EQ(count, 3);
}

TEST(Pool, AJobMovesOnPurpose) { EXPECT_TRUE(run_on_three(hop).has_value()); }

TEST(Pool, TheFirstErrorCancelsAll) {
    int cancelled = 0;
    EXPECT_EQ(run_on_three(fail_somewhere, &cancelled).error(), Error(abi::Error::Corrupt));
    EXPECT_EQ(cancelled, 4);
}

TEST(Port, KeepsEachSendersOrder) {
    EXPECT_TRUE(explore(through_a_port, {.seeds = 200, .simulation = {.workers = 3}}).is_good());
}

TEST(Port, CanBeClosed) { EXPECT_TRUE(explore(closing, {.seeds = 200, .simulation = {.workers = 3}}).is_good()); }

TEST(Port, CancelledSendsAreWholeOrNot) {
    EXPECT_TRUE(explore(cancelled_sends, {.seeds = 500, .simulation = {.workers = 2}}).is_good());
    EXPECT_TRUE(explore_all(cancelled_sends, {.depth = 10, .simulation = {.workers = 2}}).is_good());
}

TEST(Port, ACancelledReceiveTakesNothing) {
    EXPECT_TRUE(explore(receive_cancelled, {.seeds = 100, .simulation = {.workers = 2}}).is_good());
}

} // namespace async
