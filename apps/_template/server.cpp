// The service: serves everybody who connects until it is told to stop.
#include "apps/_template/blank_session.hpp"
#include "sdk/component/offers.hpp"
#include "sdk/program/describe.hpp"

namespace {

using namespace apps::blank;

struct Needs {};

async::Task<> serve_client(BlankState* state, sdk::component::Client client) {
    BlankSession session(*state, client.permissions);
    co_await rpc::serve<Blank>(session, std::move(client.end));
}

async::Task<int> run(sdk::Program program, Needs) {
    BlankState state;
    constexpr std::array kOffers{sdk::component::Offer<BlankState>{.name = "blank", .serve = &serve_client}};
    co_await sdk::component::serve<BlankState>(program, kOffers, &state);
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program =
    sdk::describe<run, sdk::Serves<"blank", Blank, abi::kWrite>>();
