// A service that counts, and that clients can crash.
#include "tests/components/counter.hpp"

#include "async/event.hpp"
#include "base/assert.hpp"
#include "sdk/component/offers.hpp"
#include "sdk/program/describe.hpp"

namespace {

using async::Task;
using sdk::component::Client;
using tests::components::Counter;

struct Needs {};

struct State {
    base::u64 sum = 0;
    async::Event never;
};

class CounterSession {
  public:
    CounterSession(State& state, abi::Permissions granted) : state_(state), granted_(granted) {}

    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    async::Result<Counter::Add::Reply> serve(rpc::Call<Counter::Add> call) {
        state_.sum += call->amount;
        return Counter::Add::Reply{.sum = state_.sum};
    }

    async::Result<Counter::Get::Reply> serve(rpc::Call<Counter::Get>) { return Counter::Get::Reply{.sum = state_.sum}; }

    static void serve(rpc::Call<Counter::Crash>) { ASSERT(false, "a client crashed the counter"); }

    async::Task<Counter::Never::Reply> serve(rpc::Call<Counter::Never>) {
        co_await state_.never.wait();
        co_return Counter::Never::Reply{};
    }

  private:
    State& state_;
    abi::Permissions granted_;
};

Task<> serve_client(State* state, Client client) {
    CounterSession session(*state, client.permissions);
    co_await rpc::serve<Counter>(session, std::move(client.end));
}

Task<int> run(sdk::Program program, Needs) {
    State state;
    constexpr std::array kOffers{sdk::component::Offer<State>{.name = "counter", .serve = &serve_client}};
    co_await sdk::component::serve<State>(program, kOffers, &state);
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program =
    sdk::describe<run, sdk::Serves<"counter", tests::components::Counter, abi::kRead | abi::kWrite | abi::kDelete>>();
