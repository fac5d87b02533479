// The examples of docs/async.md, which are taken from here word for word.
#include <algorithm>

#include "async/channel.hpp"
#include "async/event.hpp"
#include "async/host/threads.hpp"
#include "async/mutex.hpp"
#include "async/port.hpp"
#include "async/scope.hpp"
#include "async/semaphore.hpp"
#include "async/sequence.hpp"
#include "async/shield.hpp"
#include "async/sim/explore.hpp"
#include "async/sim/fake_device.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
#include "async/when_any.hpp"
#include "async/yield_now.hpp"
#include "testing/page_blocks.hpp"
#include "testing/test.hpp"

using namespace async;
using namespace base::literals;
using base::u64;

namespace {

Task<u64> size_of(std::string_view name) {
    if (name.empty()) {
        co_await fail(abi::Error::NotFound);
    }
    co_return name.size();
}

Task<u64> sizes(std::string_view a, std::string_view b) {
    const u64 first = co_await size_of(a);                   // an error ends this coroutine too
    const Result<u64> second = co_await size_of(b).result(); // an error is looked at here
    co_return first + second.value_or(0);
}

Task<u64> both(std::string_view a, std::string_view b) {
    co_return co_await scope(
        [](Scope inner, std::string_view one, std::string_view two) -> Task<u64> {
            auto first = co_await inner.start(size_of(one)); // NoMemory arrives here
            auto second = co_await inner.start(size_of(two));
            co_return co_await first + co_await second; // one error cancels the other, both end, it leaves
        },
        a, b);
}

Task<u64> at_once(std::string_view a, std::string_view b) {
    const auto [first, second] = co_await when_all(size_of(a), size_of(b));
    const auto quicker = co_await when_any(size_of(a), size_of(b));
    co_return first + second + quicker.index();
}

Task<> flush() { co_await sleep_for(1_ms); }

Task<> work() {
    const Result<> result = co_await sleep_for(1_s).result();
    co_await shield(100_ms, flush()); // a clean-up: cancelled or not, but not longer than this
    co_await result;
}

Task<bool> impatient() {
    const Result<> result = co_await timeout(10_ms, work()).result();
    co_return result.error() == abi::Error::TimedOut;
}

Task<> produce(Channel<u64, 4>* channel) {
    for (u64 i = 1; i <= 10; ++i) {
        co_await channel->send(i);
    }
    channel->close();
}

Task<u64> consume() {
    Channel<u64, 4> channel;
    co_return co_await scope(
        [](Scope inner, Channel<u64, 4>* from) -> Task<u64> {
            co_await inner.spawn(produce(from));
            u64 sum = 0;
            while (const Result<u64> value = co_await from->receive().result()) {
                sum += *value;
            }
            co_return sum;
        },
        &channel);
}

Sequence<u64> squares(u64 count) {
    for (u64 i = 0; i < count; ++i) {
        co_await sleep_for(1_ms);
        co_yield i* i;
    }
}

Task<u64> sum_of_squares() {
    u64 sum = 0;
    Sequence<u64> all = squares(4);
    while (const std::optional<u64> square = co_await co_await all.next()) {
        sum += *square;
    }
    co_return sum;
}

Task<> answer(Port<u64, 8>* port, u64 request) { co_await port->send(request * 2); }

Task<u64> serve(Pool* pool, Port<u64, 8>* port) {
    for (u64 i = 0; i < 10; ++i) {
        co_await pool->spawn(answer(port, i)); // begins on whichever worker is first
    }
    u64 sum = 0;
    for (u64 i = 0; i < 10; ++i) {
        sum += co_await port->receive();
    }
    co_return sum;
}

u64 serve_on_threads() {
    host::Threads threads({.workers = 2});
    Port<u64, 8> port(threads.executor(0)); // outlives all Jobs, also when an error ends them
    return threads.run(serve, &threads.pool(), &port).value_or(0);
}

Task<> withdraw(u64* account, u64 amount) {
    if (*account >= amount) {
        co_await yield_now(); // whatever it waits for
        *account -= amount;
    }
}

Task<> two_withdraw(sim::Simulation& simulation) {
    u64 account = 10;
    co_await when_all(withdraw(&account, 7), withdraw(&account, 7));
    co_await simulation.check(account <= 10, "more was withdrawn than was there");
}

} // namespace

TEST(Examples, Work) {
    EXPECT_EQ(sim::run(sizes, "abc", "").value(), 3U);
    EXPECT_EQ(sim::run(both, "abc", "de").value(), 5U);
    EXPECT_EQ(sim::run(both, "", "de").error(), Error(abi::Error::NotFound));
    EXPECT_EQ(sim::run(at_once, "abc", "de").value(), 5U);
    EXPECT_TRUE(sim::run(impatient).value());
    EXPECT_EQ(sim::run(consume).value(), 55U);
    EXPECT_EQ(sim::run(sum_of_squares).value(), 14U);
    EXPECT_EQ(serve_on_threads(), 90U);
    EXPECT_FALSE(sim::explore(two_withdraw, {.seeds = 1000, .is_quiet = true}).is_good());
}

TEST(Examples, AreThoseOfThePage) {
    const std::string root = TESSERA_SOURCE;
    EXPECT_EQ(testing::expect_blocks_of(root + "/docs/async.md", root + "/async/examples_test.cpp"), 8);
}
