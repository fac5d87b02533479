// A component that is no good, in the way that its argument says.
#include "async/sleep.hpp"
#include "base/assert.hpp"
#include "base/format.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"
#include "tests/components/counter.hpp"

namespace {

using async::Task;
using sdk::component::Logger;
using namespace base::literals;

struct Needs {
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

Task<int> run(sdk::Program program, Needs needs) {
    const std::string_view what = *program.arguments().begin();
    Logger log(program, needs.log);
    if (what == "crashes") {
        ASSERT(false, "it crashes at once");
    }
    if (what == "faults") {
        // SAFETY: nothing is there, which is the point.
        *reinterpret_cast<volatile int*>(16) = 1;
    }
    if (what == "hangs") {
        co_await async::sleep_for(3600_s);
    }
    if (what == "floods") {
        for (int line = 0; line < 3000; ++line) {
            co_await log.say(Logger::Level::Info, "x");
        }
        co_await async::sleep_for(1100_ms);
        co_await log.say(Logger::Level::Warning, "the flood is over");
    }
    if (what == "lasts") {
        co_await async::sleep_for(400_ms);
        // The second half is to look like somebody else's line.
        co_await log.say(Logger::Level::Info, "lasted\ninit: forged");
    }
    co_await log.flush();
    co_return what == "fails" ? 3 : 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program =
    sdk::describe<run, sdk::Serves<"counter", tests::components::Counter, abi::kRead | abi::kWrite | abi::kDelete>>();
