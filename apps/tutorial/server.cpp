// The service: serves everybody who connects until it is told to stop.
#include "apps/tutorial/greeter_session.hpp"
#include "sdk/component/offers.hpp"
#include "sdk/program/describe.hpp"

namespace {

using namespace apps::tutorial;

struct Needs {};

async::Task<> serve_client(GreeterState* state, sdk::component::Client client) {
    GreeterSession session(*state, client.permissions);
    co_await rpc::serve<Greeter>(session, std::move(client.end));
}

async::Task<int> run(sdk::Program program, Needs) {
    GreeterState state;
    constexpr std::array kOffers{sdk::component::Offer<GreeterState>{.name = "greeter", .serve = &serve_client}};
    co_await sdk::component::serve<GreeterState>(program, kOffers, &state);
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program =
    sdk::describe<run, sdk::Serves<"greeter", Greeter, abi::kWrite>>();
