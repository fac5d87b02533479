// Calls its launcher, and tells what a call costs; without a word it only sleeps.
#include "async/sleep.hpp"
#include "base/format.hpp"
#include "sdk/program/describe.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "tests/bench/calls/echo.hpp"

namespace {

using async::Task;
using base::u64;
using sdk::runtime::DebugSink;
using tests::bench::Echo;

struct Needs {
    sdk::Use<"echo", Echo, abi::kRead> echo;
};

Task<u64> call_often(rpc::Borrowed<Echo, abi::kRead> echo, u64 rounds) {
    u64 sum = 0;
    for (u64 i = 0; i < rounds; ++i) {
        const auto [words] = co_await echo.call(Echo::Call{.words = {i, i, i, i, i, i, i, i}});
        sum += words.back();
    }
    co_return sum;
}

Task<int> run(sdk::Program program, Needs needs) {
    if (program.arguments().size() == 0) {
        co_await async::sleep_for(base::Nanoseconds{3'600'000'000'000});
    }
    constexpr u64 kWarm = 100;
    constexpr u64 kRounds = 1000;
    const auto echo = needs.echo->as<abi::kRead>();
    u64 sum = co_await call_often(echo, kWarm);
    const u64 start = __builtin_ia32_rdtsc();
    sum += co_await call_often(echo, kRounds);
    const u64 cost = (__builtin_ia32_rdtsc() - start) / kRounds;
    DebugSink sink;
    base::print(sink, "FIGURE sdk.call.rtt {} insn\n", cost);
    co_return sum == (kWarm * (kWarm - 1) + kRounds * (kRounds - 1)) / 2 ? 0 : 1;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
