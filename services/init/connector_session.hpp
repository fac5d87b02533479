/// A route of a component, served.
#pragma once

#include "libs/rpc/serve.hpp"
#include "protocols/connector.hpp"
#include "services/init/supervisor.hpp"

namespace services::init {

/// From one component's use to another's offer.
struct Route {
    Supervisor* supervisor;
    base::u32 client;
    base::u32 provider;
    base::u32 offer;
    abi::Permissions permissions;
    base::u32 scope;
};

class ConnectorSession {
  public:
    explicit ConnectorSession(Route route) : route_(route) {}

    [[nodiscard]] static abi::Permissions granted() { return abi::kExecute; }

    void serve(rpc::Call<protocols::Connector::Connect> call) {
        route_.supervisor->connect({.end = call.take(),
                                    .offer = route_.offer,
                                    .client = route_.client,
                                    .permissions = route_.permissions,
                                    .scope = route_.scope},
                                   route_.provider);
    }

  private:
    Route route_;
};

} // namespace services::init
