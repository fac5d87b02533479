// Launches programs and looks at what becomes of them.
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
#include "tests/sdk/launch/room.hpp"

namespace {

using async::Scope;
using async::Task;
using base::u64;
using protocols::objects::Budget;
using protocols::objects::Machine;
using sdk::launch::Child;
using sdk::launch::ExitReport;
using sdk::launch::Gift;
using sdk::runtime::DebugSink;
using tests::sdk::Meeting;
using tests::sdk::RoomSession;

struct Needs {
    sdk::Use<"machine", Machine, abi::kRead> machine;
};

/// What all cases have.
struct Test {
    sdk::Program self;
    sdk::BundleFiles bundle;
    int passed = 0;
    int failed = 0;

    void check(std::string_view what, bool is_good) {
        ++(is_good ? passed : failed);
        if (!is_good) {
            DebugSink sink;
            base::print(sink, "[ FAIL ] {}\n", what);
        }
    }
};

sdk::launch::ImageFile image_of(Test* test, std::string_view name) {
    const bundle::File file = *test->bundle.files.find(name);
    return {.memory = test->bundle.memory.as<abi::kRead | abi::kExecute>(),
            .offset = test->bundle.offset_of(file),
            .bytes = file.content};
}

Task<Child> launch(Test* test, std::string_view name, std::string_view argument, u64 memory) {
    const std::array arguments{argument};
    co_return co_await sdk::launch::launch(
        test->self,
        {.image = image_of(test, name),
         .limits = {.memory_bytes = memory, .capabilities = abi::kNoLimit, .threads = abi::kNoLimit},
         .arguments = arguments,
         .environment = {}},
        {});
}

Task<ExitReport> run_to_end(Test* test, std::string_view argument, u64 memory = abi::kNoLimit) {
    Child child = co_await launch(test, "bin/misbehaves", argument, memory);
    co_return co_await child.wait();
}

Task<> serve_room(RoomSession* session, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    co_await rpc::serve<Meeting>(*session, std::move(end));
}

Task<u64> talk(Scope scope, Test* test, RoomSession* session) {
    auto ends = co_await sdk::make_channel<Meeting>(test->self.own().budget);
    session->keep(co_await ends.client.derive<abi::kRead | abi::kGrant>());
    co_await scope.spawn(serve_room(session, std::move(ends.server)));
    constexpr std::array<std::string_view, 2> kArguments{"one", "two words"};
    constexpr std::array<std::string_view, 1> kEnvironment{"HOME=/"};
    constexpr abi::Permissions kAll = abi::kRead | abi::kWrite | abi::kExecute;
    const std::array gifts{sdk::launch::gift<kAll>("meeting", ends.client.as<kAll | abi::kGrant>())};
    Child child = co_await sdk::launch::launch(
        test->self, {.image = image_of(test, "bin/talks"), .arguments = kArguments, .environment = kEnvironment},
        gifts);
    const ExitReport report = co_await child.wait();
    test->check("a child's word arrives", session->word() == 7);
    scope.cancel();
    co_return report.code + (report.reason == abi::EndReason::Exited ? 0 : 100);
}

Task<> try_talking(Test* test) {
    RoomSession session;
    test->check("a child that calls", co_await async::scope(talk, test, &session) == 0);
}

Task<> try_ends(Test* test) {
    const ExitReport good = co_await run_to_end(test, "");
    test->check("a code", good.reason == abi::EndReason::Exited && good.code == 7 && !good.has_panicked);
    const ExitReport panic = co_await run_to_end(test, "panics");
    test->check("a panic", panic.code == 134 && panic.has_panicked);
    test->check("its text", panic.panic_text().contains("as it was told"));
    test->check("where it was", panic.panic.returns[1] != 0);
    test->check("what it awaited", panic.panic.awaits[1] != 0);
    const ExitReport fault = co_await run_to_end(test, "faults");
    test->check("a fault", fault.reason == abi::EndReason::Faulted && fault.code == 14);
    test->check("an error", (co_await run_to_end(test, "fails")).code == 1);
    const ExitReport hoard = co_await run_to_end(test, "hoards", 4 << 20);
    test->check("too much memory",
                hoard.reason == abi::EndReason::Faulted || hoard.panic_text().contains("out of memory"));
    Child sleeper = co_await launch(test, "bin/misbehaves", "sleeps", abi::kNoLimit);
    co_await sleeper.kill();
    test->check("a kill", (co_await sleeper.wait()).reason == abi::EndReason::Killed);
    static_cast<void>(co_await launch(test, "bin/misbehaves", "sleeps", abi::kNoLimit));
}

Task<> try_refusals(Test* test) {
    const auto missing = co_await sdk::launch::launch(test->self, {.image = image_of(test, "bin/talks")}, {}).result();
    test->check("a need that is missing", !missing && missing.error() == abi::Error::NotFound);
    const auto refusal = sdk::launch::check_image(image_of(test, "bin/talks").bytes, {});
    test->check("which one", refusal && refusal->what == "meeting");
    const Gift object{.name = "meeting",
                      .protocol = {},
                      .kind = abi::ObjectKind::Memory,
                      .permissions = abi::kAllPermissions,
                      .handle = {}};
    const auto wrong = sdk::launch::check_image(image_of(test, "bin/talks").bytes, {&object, 1});
    test->check("something else of its name", wrong && wrong->error == abi::Error::WrongType);
    const Gift less{.name = "meeting",
                    .protocol = Meeting::id.name,
                    .number = Meeting::id.number(),
                    .major = 1,
                    .kind = abi::ObjectKind::ChannelClient,
                    .permissions = abi::kRead,
                    .handle = {}};
    const auto few = sdk::launch::check_image(image_of(test, "bin/talks").bytes, {&less, 1});
    test->check("too few permissions", few && few->error == abi::Error::AccessDenied);
    const auto none = sdk::launch::check_image(image_of(test, "plain").bytes, {});
    test->check("what is no program", none && none->error == abi::Error::Corrupt);
    const auto poor = co_await launch(test, "bin/misbehaves", "", 8192).result();
    test->check("a budget that is too small", !poor && poor.error() == abi::Error::OverBudget);
}

Task<Child> launch_scheduled(Test* test, sdk::launch::Scheduling scheduling, std::string_view argument) {
    const std::array arguments{argument};
    co_return co_await sdk::launch::launch(
        test->self, {.image = image_of(test, "bin/misbehaves"), .scheduling = scheduling, .arguments = arguments}, {});
}

Task<> try_processors(Test* test) {
    constexpr u64 kMillisecond = 1'000'000;
    const abi::ProcessorLimits tenth{
        .share = 100, .zero = 0, .quota = {.amount = kMillisecond, .period = 10 * kMillisecond}};
    Child spinner = co_await launch_scheduled(test, {.processors = tenth}, "spins");
    co_await spinner.wait();
    const auto usage = (co_await spinner.budget().call(Budget::ProcessorUsage{})).usage;
    // It spins 100 ms.
    test->check("a tenth of a processor", usage.used != 0 && usage.used < 50 * kMillisecond);
    const abi::SchedulingArguments fifo{.scheduling_class = static_cast<base::u32>(abi::SchedulingClass::Fifo),
                                        .priority = 10,
                                        .weight = 0,
                                        .zero = 0,
                                        .slice = 0};
    const auto unreserved = co_await launch_scheduled(test, {.processors = tenth, .thread = fifo}, "").result();
    test->check("real time that is not reserved", !unreserved && unreserved.error() == abi::Error::OverBudget);
    const abi::ProcessorQuota reserved{.amount = kMillisecond / 2, .period = 10 * kMillisecond};
    Child prompt = co_await launch_scheduled(
        test, {.processors = tenth, .real_time = reserved, .thread = fifo, .affinity = abi::AffinityMask{{1}}}, "");
    test->check("real time", (co_await prompt.wait()).code == 7);
    const auto nowhere = co_await launch_scheduled(test, {.affinity = abi::AffinityMask{}}, "").result();
    test->check("no processor to run on", !nowhere && nowhere.error() == abi::Error::InvalidArgument);
}

/// What the own Budget pays for, when it has not changed for a while.
Task<u64> settled_usage(Test* test) {
    constexpr int kStill = 20;
    u64 last = 0;
    for (int still = 0; still < kStill;) {
        const u64 now = (co_await test->self.own().budget.call(Budget::Usage{})).usage.memory_bytes;
        still = now == last ? still + 1 : 0;
        last = now;
        co_await async::sleep_for(base::Nanoseconds{5'000'000});
    }
    co_return last;
}

Task<> try_all(Test* test) {
    co_await try_talking(test);
    co_await try_ends(test);
    co_await try_refusals(test);
    co_await try_processors(test);
}

/// Everything comes back but what the own heap grows by in the first rounds; what is lost is lost in each.
Task<> try_usage(Test* test) {
    constexpr int kMostRounds = 6;
    u64 before = 0;
    u64 now = co_await settled_usage(test);
    for (int round = 0; round < kMostRounds && now != before; ++round) {
        co_await try_all(test);
        before = now;
        now = co_await settled_usage(test);
        DebugSink sink;
        base::print(sink, "memory before {} after {}\n", before, now);
    }
    test->check("nothing is left", now == before);
}

Task<> tell_costs(Test* test) {
    Child sleeper = co_await launch(test, "bin/misbehaves", "sleeps", abi::kNoLimit);
    co_await async::sleep_for(base::Nanoseconds{20'000'000});
    const auto usage = (co_await sleeper.budget().call(Budget::Usage{})).usage;
    DebugSink sink;
    base::print(sink, "a process that sleeps: {} bytes\n", usage.memory_bytes);
    co_await sleeper.kill();
    static_cast<void>(co_await sleeper.wait());
}

Task<int> run(sdk::Program program, Needs needs) {
    Test test{.self = program, .bundle = co_await sdk::open_bundle(program, needs.machine->as<abi::kRead>())};
    co_await tell_costs(&test);
    co_await try_usage(&test);
    DebugSink sink;
    base::print(sink, "sdk: {} passed, {} failed\n", test.passed, test.failed);
    co_return test.failed == 0 ? 0 : 1;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
