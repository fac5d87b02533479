/// A client and a server of Desk in one simulation.
#pragma once

#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "libs/rpc/desk.hpp"
#include "libs/rpc/loopback/loopback.hpp"

namespace rpc::desk {

inline constexpr abi::Permissions kCaller = abi::kRead | abi::kWrite | abi::kExecute | abi::kGrant;
using Client = CapabilityChannel<Desk, kCaller>;

inline async::Task<> serve_desk(DeskSession* session, Capability<ServerEnd, abi::kAllPermissions> end) {
    co_await serve<Desk>(*session, std::move(end));
}

/// What a test's body gets.
struct Fixture {
    loopback::Loopback& loopback;
    DeskSession& session;
};

/// Runs `body(scope, fixture, client)` while a session that was granted `granted` serves. It ends when the client is
/// gone.
template <class B>
async::Task<> with_desk(B body, abi::Permissions granted) {
    loopback::Loopback loopback;
    DeskSession session(granted);
    Fixture fixture{loopback, session};
    co_await async::scope(
        [](async::Scope scope, Fixture* all, B run) -> async::Task<> {
            auto [server, client] = all->loopback.make_channel<Desk, kCaller>();
            co_await scope.spawn(serve_desk(&all->session, std::move(server)));
            co_await run(scope, all, std::move(client));
        },
        &fixture, body);
}

/// The error that it ended with, if it did; BadState for a deadlock.
template <class B>
async::Error run_with_desk(B body, abi::Permissions granted = kCaller) {
    const auto result = async::sim::run(with_desk<B>, body, granted);
    return result ? async::Error() : result.error();
}

} // namespace rpc::desk
