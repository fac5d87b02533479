/// A route to a service: what a component holds of each offer that it uses, served by init.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols {

struct Connector {
    static constexpr rpc::ProtocolId id{"tessera.connector", 1, 0};

    /// The server's end of a pair that the caller made: init hands it to whoever serves the route, and starts that if
    /// need be. Calls on the other end wait in it meanwhile. If nobody will ever serve it, it is closed.
    struct Connect {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kExecute, .one_way = true};
        using Slots = rpc::Gives<rpc::Moved<rpc::ServerEnd, abi::kRead | abi::kDelete | abi::kDelegate>>;
    };

    using Methods = rpc::List<Connect>;
};

} // namespace protocols
