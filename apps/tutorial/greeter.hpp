/// The protocol of the tutorial: a service that greets.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace apps::tutorial {

struct Greeter {
    static constexpr rpc::ProtocolId id{"example.greeter", 1, 0};

    enum class Failure : base::u16 {
        NoName = 256, ///< there is nobody to greet
    };

    /// Answers how many were greeted so far.
    struct Greet {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite};
        using Errors = rpc::Fails<Failure::NoName>;

        rpc::Text<31> name;

        struct Reply {
            base::u64 greeted;
        };
    };

    using Methods = rpc::List<Greet>;
};

} // namespace apps::tutorial
