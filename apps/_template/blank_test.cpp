// The service without a system: in a simulation, over the loopback.
#include "apps/_template/blank_session.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "libs/rpc/loopback/loopback.hpp"
#include "libs/rpc/serve.hpp"
#include "testing/test.hpp"

using namespace apps::blank;
using abi::kWrite;
using async::Scope;
using async::Task;
using rpc::loopback::Loopback;

namespace {

Task<> serve_blank(rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    BlankState state;
    BlankSession session(state, kWrite);
    co_await rpc::serve<Blank>(session, std::move(end));
}

Task<> add(Scope scope, Loopback* channels) {
    auto [server, client] = channels->make_channel<Blank, kWrite>();
    co_await scope.spawn(serve_blank(std::move(server)));
    const rpc::CapabilityChannel<Blank, kWrite> blank = std::move(client);
    EXPECT_EQ((co_await blank.call(Blank::Add{.number = 40})).sum, 40U);
    EXPECT_EQ((co_await blank.call(Blank::Add{.number = 2})).sum, 42U);
    const auto too_many = co_await blank.call(Blank::Add{.number = ~base::u64{0}}).result();
    EXPECT_TRUE(!too_many && too_many.error() == rpc::failure<Blank>(Blank::Failure::TooMany));
}

Task<> test() {
    Loopback loopback;
    co_await async::scope(add, &loopback);
}

} // namespace

TEST(Blank, Adds) { EXPECT_TRUE(async::sim::run(test).has_value()); }
