/// What a component does for its supervisor and its clients.
///
///     Task<> serve_log(LogState* state, sdk::component::Client client);       // until the client is gone
///     co_return co_await sdk::component::serve(program, {{"log", serve_log_of}}, &state);
#pragma once

#include <span>
#include <string_view>

#include "async/scope.hpp"
#include "libs/rpc/serve.hpp"
#include "protocols/component.hpp"
#include "sdk/program/program.hpp"

namespace sdk::component {

/// A new connection to an offer.
struct Client {
    rpc::Capability<rpc::ServerEnd, abi::kRead | abi::kDelete> end;
    abi::Permissions permissions; ///< what its route allows
    rpc::Text<16> name;           ///< perhaps cut off
};

/// An offer by name: serves a client until it is gone. `state` is the component's.
template <class S>
struct Offer {
    std::string_view name;
    async::Task<> (*serve)(S* state, Client client);
};

/// Answers protocols::Component for a component that is ready from the start.
template <class S>
class ComponentSession {
  public:
    ComponentSession(async::Scope scope, S& state, std::span<const Offer<S>> offers)
        : scope_(scope), state_(&state), offers_(offers) {}

    [[nodiscard]] static abi::Permissions granted() { return abi::kAllPermissions; }

    static async::Result<protocols::Component::Ready::Reply> serve(rpc::Call<protocols::Component::Ready>) {
        return protocols::Component::Ready::Reply{};
    }

    async::Result<protocols::Component::Serve::Reply> serve(rpc::Call<protocols::Component::Serve> call) {
        for (const Offer<S>& offer : offers_) {
            if (protocols::Component::offer_number(offer.name) == call->offer) {
                Client client{
                    .end = call.take(), .permissions = abi::Permissions{call->permissions}, .name = call->client};
                if (const auto spawned = scope_.spawn(serve_one(offer, state_, std::move(client))); !spawned) {
                    return spawned.error();
                }
                return protocols::Component::Serve::Reply{};
            }
        }
        return rpc::failure<protocols::Component>(protocols::Component::Failure::NotOffered);
    }

    async::Result<protocols::Component::Stop::Reply> serve(rpc::Call<protocols::Component::Stop>) {
        scope_.cancel();
        return protocols::Component::Stop::Reply{};
    }

  private:
    /// What becomes of one client is nothing to the others.
    static async::Task<> serve_one(Offer<S> offer, S* state, Client client) {
        static_cast<void>(co_await offer.serve(state, std::move(client)).result());
    }

    async::Scope scope_;
    S* state_;
    std::span<const Offer<S>> offers_;
};

namespace offers_detail {

template <class S>
async::Task<> serve_all(async::Scope scope, Program program, std::span<const Offer<S>> offers, S* state) {
    ComponentSession<S> session(scope, *state, offers);
    co_await rpc::serve<protocols::Component>(session, program.take_component());
}

} // namespace offers_detail

/// To be awaited: serves what clients connect to, until the supervisor says that it is enough, or is gone. `offers` and
/// `state` last as long. BadHandle: the program was not started as a component.
template <class S>
async::Task<> serve(Program program, std::span<const Offer<S>> offers, S* state) {
    const auto ended = co_await async::scope(&offers_detail::serve_all<S>, program, offers, state).result();
    // To be told to stop is no failure.
    if (!ended && ended.error() != abi::Error::Cancelled) {
        co_await ended;
    }
}

} // namespace sdk::component
