// The first program: starts what the plan in the boot bundle says.
#include "sdk/program/describe.hpp"
#include "services/init/supervisor.hpp"

namespace {

using async::Task;
using protocols::objects::Debug;
using protocols::objects::Machine;

struct Needs {
    sdk::Use<"machine", Machine, abi::kAllPermissions> machine;
    sdk::Use<"debug", Debug, abi::kAllPermissions> debug;
};

Task<int> run(sdk::Program program, Needs needs) {
    sdk::BundleFiles bundle = co_await sdk::open_bundle(program, needs.machine->as<abi::kRead>());
    const bundle::File file = co_await bundle.files.find("plan");
    const plan::Plan plan = co_await plan::Plan::open(file.content);
    services::init::Supervisor supervisor(
        program,
        {.machine = needs.machine->as<abi::kAllPermissions>(), .debug = needs.debug->as<abi::kAllPermissions>()},
        bundle, plan);
    co_return co_await supervisor.run();
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
