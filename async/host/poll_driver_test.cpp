#include "async/host/poll_driver.hpp"

#include <array>
#include <unistd.h>

#include "async/host/threads.hpp"
#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "testing/test.hpp"

namespace async::host {

namespace {

using base::Nanoseconds;
using base::u64;
using namespace base::literals;

struct Pipe {
    Pipe() { ASSERT(pipe(ends.data()) == 0, "no pipe"); }

    ~Pipe() {
        close(ends[0]);
        close(ends[1]);
    }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    std::array<int, 2> ends{};
};

Task<> write_late(int file) {
    co_await sleep_for(2_ms);
    EXPECT_EQ(write(file, "x", 1), 1);
}

Task<char> read_when_there(PollDriver* driver, Pipe* pipe) {
    co_return co_await scope(
        [](Scope inner, PollDriver* files, Pipe* both) -> Task<char> {
            co_await inner.spawn(write_late(both->ends[1]));
            co_await files->readable(both->ends[0]);
            char letter = 0;
            EXPECT_EQ(read(both->ends[0], &letter, 1), 1);
            co_return letter;
        },
        driver, pipe);
}

Task<> wait_for(PollDriver* driver, int file) { co_await driver->readable(file); }

Task<bool> gives_up(PollDriver* driver, Pipe* pipe) {
    const Result<> result = co_await timeout(1_ms, wait_for(driver, pipe->ends[0])).result();
    co_return result.error() == abi::Error::TimedOut;
}

Task<> at_once(PollDriver* driver, Pipe* pipe) { co_await driver->writable(pipe->ends[1]); }

Task<u64> sleep_a_while() {
    Executor& executor = Executor::current();
    const Nanoseconds before = executor.now();
    co_await sleep_for(3_ms);
    co_await sleep_until(before);
    co_return (executor.now() - before).value();
}

Task<bool> entropy_differs() { co_return Executor::current().entropy() != Executor::current().entropy(); }

} // namespace

TEST(PollDriver, WaitsForFiles) {
    Threads threads({});
    Pipe pipe;
    EXPECT_EQ(threads.run(read_when_there, &threads.driver(0), &pipe).value(), 'x');
}

TEST(PollDriver, WaitsCanBeCancelled) {
    Threads threads({});
    Pipe pipe;
    EXPECT_TRUE(threads.run(gives_up, &threads.driver(0), &pipe).value());
}

TEST(PollDriver, DoesNotWaitForWhatIsReady) {
    Threads threads({});
    Pipe pipe;
    EXPECT_TRUE(threads.run(at_once, &threads.driver(0), &pipe).has_value());
}

TEST(PollDriver, KeepsTime) { EXPECT_GE(run({}, sleep_a_while).value(), (3_ms).value()); }

TEST(PollDriver, HasEntropy) { EXPECT_TRUE(run({}, entropy_differs).value()); }

} // namespace async::host
