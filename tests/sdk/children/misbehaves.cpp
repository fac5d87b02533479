// A child that ends as its argument says.
#include <vector>

#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "base/assert.hpp"
#include "sdk/program/describe.hpp"

namespace {

using async::Task;
using namespace base::literals;

struct Needs {};

Task<> fail_inside() {
    co_await async::sleep_for(1_us);
    ASSERT(async::Executor::current().entropy() == 0, "as it was told");
}

Task<int> run(sdk::Program program, Needs) {
    const std::string_view what = *program.arguments().begin();
    if (what == "panics") {
        co_await fail_inside();
    }
    if (what == "faults") {
        // SAFETY: nothing is there, which is the point.
        *reinterpret_cast<volatile int*>(8) = 1;
    }
    if (what == "fails") {
        co_await async::fail(abi::Error::NotFound);
    }
    if (what == "hoards") {
        std::vector<std::vector<char>> all;
        while (true) {
            all.emplace_back(100'000, 'x');
        }
    }
    if (what == "spins") {
        const async::Executor& executor = async::Executor::current();
        const base::Nanoseconds end = executor.after(100_ms);
        while (executor.now() < end) {
        }
    }
    if (what == "sleeps") {
        co_await async::sleep_for(3600_s);
    }
    co_return 7;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
