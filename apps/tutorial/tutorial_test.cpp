// The service without a system: in a simulation, over the loopback.
#include "apps/tutorial/greeter_session.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "libs/rpc/loopback/loopback.hpp"
#include "libs/rpc/serve.hpp"
#include "testing/test.hpp"

using namespace apps::tutorial;
using abi::kWrite;
using async::Scope;
using async::Task;
using rpc::loopback::Loopback;

namespace {

Task<> serve_greeter(rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    GreeterState state;
    GreeterSession session(state, kWrite);
    co_await rpc::serve<Greeter>(session, std::move(end));
}

Task<> greet(Scope scope, Loopback* channels) {
    auto [server, client] = channels->make_channel<Greeter, kWrite>();
    co_await scope.spawn(serve_greeter(std::move(server)));
    const rpc::CapabilityChannel<Greeter, kWrite> greeter = std::move(client);
    EXPECT_EQ((co_await greeter.call(Greeter::Greet{.name = "Ada"})).greeted, 1U);
    EXPECT_EQ((co_await greeter.call(Greeter::Greet{.name = "Alan"})).greeted, 2U);
    const auto nobody = co_await greeter.call(Greeter::Greet{.name = ""}).result();
    EXPECT_TRUE(!nobody && nobody.error() == rpc::failure<Greeter>(Greeter::Failure::NoName));
}

Task<> test() {
    Loopback loopback;
    co_await async::scope(greet, &loopback);
}

} // namespace

TEST(Tutorial, Greets) { EXPECT_TRUE(async::sim::run(test).has_value()); }
