// A client: adds two numbers, and says the sum in the log.
#include "apps/_template/blank.hpp"
#include "base/format.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"

namespace {

using apps::blank::Blank;
using sdk::component::Logger;

struct Needs {
    sdk::component::Via<"blank", Blank, abi::kWrite> blank;
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

async::Task<int> run(sdk::Program program, Needs needs) {
    sdk::component::Remote blank(program, needs.blank);
    Logger log(program, needs.log);
    co_await blank.call(Blank::Add{.number = 40});
    const auto answer = co_await blank.call(Blank::Add{.number = 2});
    base::FixedText<40> line;
    base::print(line, "the sum is {}", answer.sum);
    co_await log.say(Logger::Level::Info, line.view());
    co_await log.flush();
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
