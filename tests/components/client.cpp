// Calls the counter while others crash it, or crashes it.
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "base/format.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"
#include "tests/components/counter.hpp"

namespace {

using async::Task;
using sdk::component::Logger;
using sdk::component::Remote;
using tests::components::Counter;
using namespace base::literals;

constexpr abi::Permissions kAll = abi::kRead | abi::kWrite | abi::kDelete;

struct Needs {
    sdk::component::Via<"counter", Counter, kAll> counter;
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

using Room = Remote<Counter, kAll>;

Task<> wait_for_never(Room* counter) { co_await counter->call(Counter::Never{}); }

/// How often the answer was what it cannot be.
Task<int> call_round(Room* counter, int round) {
    int wrong = 0;
    const auto added = co_await counter->call(Counter::Add{.amount = 1}).result();
    // It may have died with the call.
    wrong += added || added.error() == abi::Error::PeerClosed ? 0 : 1;
    const auto sum = co_await counter->call(Counter::Get{}).result();
    wrong += sum ? 0 : 1;
    if (round % 8 == 0) {
        const auto late = co_await async::timeout(100_us, wait_for_never(counter)).result();
        wrong += !late && (late.error() == abi::Error::TimedOut || late.error() == abi::Error::PeerClosed) ? 0 : 1;
    }
    co_return wrong;
}

Task<int> run(sdk::Program program, Needs needs) {
    Room counter(program, needs.counter);
    Logger log(program, needs.log);
    const bool crashes = program.arguments().size() != 0;
    // Fewer crashes than a call that may be repeated has tries: none of the others' fails for good.
    constexpr int kCrashes = 2;
    int wrong = 0;
    for (int round = 0; round < (crashes ? kCrashes : 100); ++round) {
        wrong += co_await call_round(&counter, round);
        if (crashes) {
            co_await counter.post(Counter::Crash{});
            co_await async::sleep_for(3_ms);
        } else {
            co_await async::sleep_for(200_us);
        }
    }
    base::FixedText<64> line;
    base::print(line, "done with {} wrong", wrong);
    co_await log.say(Logger::Level::Info, line.view());
    co_await log.flush();
    co_return wrong;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
