// The first program of a system, made with the sdk: what a program can do without anybody else.
#include "async/event.hpp"
#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "protocols/objects/machine.hpp"
#include "sdk/program/describe.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace {

using async::Scope;
using async::Task;
using namespace base::literals;
using protocols::objects::Machine;

struct Needs {
    sdk::Use<"machine", Machine, abi::kRead> machine;
};

Task<> set_later(async::Event* event) {
    co_await async::sleep_for(2_ms);
    event->set();
}

Task<> wait_for_other(Scope scope, async::Event* event) {
    co_await scope.spawn(set_later(event));
    co_await event->wait();
}

Task<int> run(sdk::Program, Needs needs) {
    async::Event event;
    const auto before = async::Executor::current().now();
    co_await async::scope(wait_for_other, &event);
    const bool has_waited = async::Executor::current().now() - before >= 2_ms;
    const auto [since_1970] = co_await needs.machine->call(Machine::WallClock{});
    sdk::runtime::debug_write(has_waited && since_1970 != 0 ? "sdk: first passed\n" : "sdk: first failed\n");
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
