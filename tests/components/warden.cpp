// Starts, stops, kills and restarts another component, and counts answers that cannot be.
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "base/format.hpp"
#include "libs/rpc/answer.hpp"
#include "protocols/control.hpp"
#include "sdk/component/logger.hpp"
#include "sdk/program/describe.hpp"

namespace {

using async::Task;
using protocols::Control;
using sdk::component::Logger;
using State = Control::State;
using namespace base::literals;

struct Needs {
    sdk::component::Via<"control", Control, abi::kRead | abi::kExecute> control;
    sdk::component::Via<"log", protocols::Log, abi::kWrite> log;
};

using Room = sdk::component::Remote<Control, abi::kRead | abi::kExecute>;

/// How many answers were wrong.
class Warden {
  public:
    explicit Warden(Room& control) : control_(control) {}

    [[nodiscard]] int wrong() const { return wrong_; }

    void expect(bool is_right) { wrong_ += is_right ? 0 : 1; }

    template <class M>
    Task<> expect_failure(M request, Control::Failure failure) {
        const auto answer = co_await control_.call(request).result();
        expect(!answer && answer.error() == rpc::failure<Control>(failure));
    }

    Task<> tends() {
        const auto tended = co_await control_.call(Control::Find{.name = "tended"});
        const base::u32 number = tended.number;
        co_await expect_state(number, State::Waiting, 0);
        co_await expect_failure(Control::Stop{.number = number}, Control::Failure::NotRunning);
        co_await expect_failure(Control::Kill{.number = number}, Control::Failure::NotRunning);
        co_await control_.call(Control::Start{.number = number});
        co_await expect_state(number, State::Running, 1);
        co_await expect_failure(Control::Start{.number = number}, Control::Failure::IsRunning);
        co_await control_.call(Control::Kill{.number = number});
        co_await expect_state(number, State::Running, 2);
        co_await control_.call(Control::Restart{.number = number});
        co_await expect_state(number, State::Running, 3);
        co_await control_.call(Control::Stop{.number = number});
        co_await expect_state(number, State::Stopped, 3);
        co_await control_.call(Control::Restart{.number = number});
        co_await expect_state(number, State::Running, 4);
        // Who asked does not wait for it.
        static_cast<void>(co_await async::timeout(1_us, stop(number)).result());
        co_await expect_state(number, State::Stopped, 4);
        co_await control_.call(Control::Start{.number = number});
        co_await expect_state(number, State::Running, 5);
    }

  private:
    Task<> stop(base::u32 number) { co_await control_.call(Control::Stop{.number = number}); }

    /// Sooner or later it is so.
    Task<> expect_state(base::u32 number, State state, base::u32 starts) {
        for (int tries = 0; tries < 1000; ++tries) {
            const auto described = co_await control_.call(Control::Describe{.number = number});
            if (described.state == state && described.starts == starts) {
                co_return;
            }
            co_await async::sleep_for(1_ms);
        }
        expect(false);
    }

    Room& control_;
    int wrong_ = 0;
};

Task<int> run(sdk::Program program, Needs needs) {
    Room control(program, needs.control);
    Logger log(program, needs.log);
    Warden warden(control);
    co_await warden.tends();
    base::FixedText<64> line;
    base::print(line, "done with {} wrong", warden.wrong());
    co_await log.say(Logger::Level::Info, line.view());
    co_await log.flush();
    co_return warden.wrong();
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
