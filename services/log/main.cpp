// Lines of programs, shown on the console through the kernel's log.
#include "base/format.hpp"
#include "protocols/log.hpp"
#include "sdk/component/offers.hpp"
#include "sdk/program/debug_lines.hpp"
#include "sdk/program/describe.hpp"
#include "services/log/log_session.hpp"

namespace {

using async::Task;
using protocols::objects::Debug;
using sdk::component::Client;
using services::log::LogSession;
using services::log::State;

struct Needs {
    sdk::Use<"debug", Debug, abi::kWrite> debug;
};

Task<> serve_client(State* state, Client client) {
    LogSession session(*state, client.name.view(), client.permissions);
    co_await rpc::serve<protocols::Log>(session, std::move(client.end));
}

Task<int> run(sdk::Program program, Needs needs) {
    State state{.debug = needs.debug->as<abi::kWrite>(), .least = services::log::least_level(program.arguments())};
    constexpr std::array kOffers{sdk::component::Offer<State>{.name = "log", .serve = &serve_client}};
    co_await sdk::component::serve<State>(program, kOffers, &state);
    co_return 0;
}

} // namespace

constinit const sdk::ProgramDescription tessera_program =
    sdk::describe<run, sdk::Serves<"log", protocols::Log, abi::kWrite>>();
