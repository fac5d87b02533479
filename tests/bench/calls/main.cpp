// Launches the caller and serves it; then one that sleeps, whose memory is told.
#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "base/format.hpp"
#include "libs/rpc/serve.hpp"
#include "sdk/launch/launch.hpp"
#include "sdk/program/bundle_files.hpp"
#include "sdk/program/describe.hpp"
#include "sdk/program/make_channel.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "tests/bench/calls/echo.hpp"

namespace {

using async::Scope;
using async::Task;
using protocols::objects::Budget;
using protocols::objects::Machine;
using sdk::runtime::DebugSink;
using tests::bench::Echo;

struct Needs {
    sdk::Use<"machine", Machine, abi::kRead> machine;
};

struct EchoSession {
    [[nodiscard]] static abi::Permissions granted() { return abi::kRead; }

    static async::Result<Echo::Call::Reply> serve(rpc::Call<Echo::Call> call) {
        return Echo::Call::Reply{.words = call->words};
    }
};

Task<> serve_echo(rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    EchoSession session;
    co_await rpc::serve<Echo>(session, std::move(end));
}

Task<sdk::launch::Child> launch_caller(sdk::Program self, const sdk::BundleFiles* bundle,
                                       rpc::Borrowed<Echo, abi::kRead | abi::kGrant> echo,
                                       std::span<const std::string_view> arguments) {
    const bundle::File file = co_await bundle->files.find("bin/caller");
    const std::array gifts{sdk::launch::gift<abi::kRead>("echo", echo)};
    co_return co_await sdk::launch::launch(self,
                                           {.image = {.memory = bundle->memory.as<abi::kRead | abi::kExecute>(),
                                                      .offset = bundle->offset_of(file),
                                                      .bytes = file.content},
                                            .arguments = arguments,
                                            .may_write_debug = true},
                                           gifts);
}

Task<int> measure(Scope scope, sdk::Program self, const sdk::BundleFiles* bundle) {
    auto ends = co_await sdk::make_channel<Echo>(self.own().budget);
    co_await scope.spawn(serve_echo(std::move(ends.server)));
    const auto echo = ends.client.as<abi::kRead | abi::kGrant>();
    constexpr std::array<std::string_view, 1> kCalls{"calls"};
    sdk::launch::Child caller = co_await launch_caller(self, bundle, echo, kCalls);
    const auto report = co_await caller.wait();
    sdk::launch::Child sleeper = co_await launch_caller(self, bundle, echo, {});
    co_await async::sleep_for(base::Nanoseconds{20'000'000});
    const auto usage = (co_await sleeper.budget().call(Budget::Usage{})).usage;
    DebugSink sink;
    base::print(sink, "FIGURE sdk.process {} bytes\n", usage.memory_bytes);
    scope.cancel();
    co_return static_cast<int>(report.code);
}

Task<int> run(sdk::Program program, Needs needs) {
    const sdk::BundleFiles bundle = co_await sdk::open_bundle(program, needs.machine->as<abi::kRead>());
    co_return co_await async::scope(measure, program, &bundle);
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
