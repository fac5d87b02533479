// Looks at the components of its system, by a route that allows no more, and counts answers that cannot be.
#include "base/format.hpp"
#include "libs/rpc/answer.hpp"
#include "protocols/control.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"

namespace {

using async::Task;
using protocols::Control;
using sdk::component::Logger;
using sdk::component::Remote;

struct Needs {
    sdk::component::Via<"control", Control, abi::kRead> control;
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

using Room = Remote<Control, abi::kRead>;

template <class M>
Task<int> expect_nothing(Room* control, M request) {
    const auto answer = co_await control->call(request).result();
    co_return !answer && answer.error() == rpc::failure<Control>(Control::Failure::NotFound) ? 0 : 1;
}

Task<int> look(Room* control) {
    const auto own = co_await control->call(Control::Find{.name = "onlooker"});
    const auto described = co_await control->call(Control::Describe{.number = own.number});
    int wrong = described.state == Control::State::Running && described.starts == 1 && described.routes == 2 ? 0 : 1;
    wrong += described.memory_used > 0 && described.memory_used <= described.memory_limit ? 0 : 1;
    const auto route = co_await control->call(Control::DescribeRoute{.number = own.number, .route = 0});
    const bool is_right = route.name.view() == "control" && route.provider == Control::kNobody &&
                          abi::Permissions{route.permissions} == abi::kRead;
    co_return wrong + (is_right ? 0 : 1);
}

Task<int> run(sdk::Program program, Needs needs) {
    Room control(program, needs.control);
    Logger log(program, needs.log);
    int wrong = co_await look(&control);
    wrong += co_await expect_nothing(&control, Control::Find{.name = "nobody"});
    wrong += co_await expect_nothing(&control, Control::Describe{.number = 1'000'000});
    wrong += co_await expect_nothing(&control, Control::DescribeRoute{.number = 0, .route = 1'000'000});
    base::FixedText<64> line;
    base::print(line, "done with {} wrong", wrong);
    co_await log.say(Logger::Level::Info, line.view());
    co_await log.flush();
    co_return wrong;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
