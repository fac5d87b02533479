// The client: has its arguments greeted, and says so in the log.
#include "apps/tutorial/greeter.hpp"
#include "base/format.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"

namespace {

using apps::tutorial::Greeter;
using sdk::component::Logger;

struct Needs {
    sdk::component::Via<"greeter", Greeter, abi::kWrite> greeter;
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

async::Task<int> run(sdk::Program program, Needs needs) {
    sdk::component::Remote greeter(program, needs.greeter);
    Logger log(program, needs.log);
    for (const std::string_view name : program.arguments()) {
        const auto answer = co_await greeter.call(Greeter::Greet{.name = name}).result();
        base::FixedText<80> line;
        if (answer) {
            base::print(line, "hello, {}: number {}", name, answer->greeted);
        } else {
            base::print(line, "nobody to greet, error {}", answer.error().code());
        }
        co_await log.say(Logger::Level::Info, line.view());
    }
    co_await log.flush();
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
