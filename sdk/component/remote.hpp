/// A service that is reached by a route.
///
///     struct Needs { sdk::component::Via<"log", protocols::Log, abi::kWrite> log; };
///     sdk::component::Remote log(program, needs.log);
///     co_await log.call(protocols::Log::Flush{});
#pragma once

#include <optional>

#include "protocols/connector.hpp"
#include "sdk/program/make_channel.hpp"
#include "sdk/program/use.hpp"

namespace sdk::component {

/// A need that is met by a route: P with permissions R, which the provider looks at.
template <FixedName kName, class P, abi::Permissions R>
class Via {
  public:
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr program_notes::RouteRecord kRecord = route_record<P>(kName.view(), R, false);

    static bool is_in(const Names& names) { return names.find_route<P, R>(kName.view()).has_value(); }

    explicit Via(const Names& names) : connector_(names.find_route<P, R>(kName.view()).value_or(abi::Handle())) {}

    [[nodiscard]] rpc::Borrowed<protocols::Connector, abi::kExecute> connector() const {
        return connector_.template as<abi::kExecute>();
    }

  private:
    rpc::Capability<protocols::Connector, abi::kExecute> connector_;
};

/// A connection that is made anew when its server died.
template <rpc::Protocol P, abi::Permissions R>
class Remote {
  public:
    /// How often a call that may be repeated is sent.
    static constexpr int kTries = 3;

    template <FixedName kName>
    Remote(Program program, const Via<kName, P, R>& route)
        : budget_(program.own().budget), connector_(route.connector()) {}

    /// The answer of `request`. What its protocol calls idempotent is repeated when the server died meanwhile; of the
    /// rest that is told: PeerClosed.
    template <rpc::MethodOf<P> M>
        requires rpc::Allows<R, M::spec.needs>
    async::Task<rpc::AnswerOf<M>> call(M request) {
        for (int left = kTries;; --left) {
            const auto channel = co_await connect();
            auto answer = co_await channel.call(request).result();
            const bool is_gone = !answer && answer.error() == abi::Error::PeerClosed;
            if (is_gone) {
                channel_.reset();
            }
            if (!is_gone || !M::spec.idempotent || left == 1) {
                co_return co_await std::move(answer);
            }
        }
    }

    /// Sends `message`, of which nobody hears whether it arrived.
    template <rpc::MethodOf<P> M>
        requires(rpc::Allows<R, M::spec.needs> && M::spec.one_way)
    async::Task<> post(M message) {
        const auto channel = co_await connect();
        co_await channel.call(message);
    }

    /// The connection, made if there is none. Calls wait in it until somebody serves it.
    async::Task<rpc::Borrowed<P, R>> connect() {
        if (!channel_) {
            auto ends = co_await make_channel<P>(budget_);
            constexpr abi::Permissions kServer = abi::kRead | abi::kDelete | abi::kDelegate;
            co_await connector_.call(protocols::Connector::Connect{},
                                     rpc::Capability<rpc::ServerEnd, kServer>(ends.server.release()));
            channel_.emplace(std::move(ends.client));
        }
        co_return channel_->template as<R>();
    }

  private:
    decltype(Own::budget) budget_;
    rpc::Borrowed<protocols::Connector, abi::kExecute> connector_;
    std::optional<rpc::CapabilityChannel<P, abi::kAllPermissions>> channel_;
};

} // namespace sdk::component
