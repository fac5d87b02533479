/// What clients ask of the service.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace apps::blank {

struct Blank {
    static constexpr rpc::ProtocolId id{"example.blank", 1, 0};

    enum class Failure : base::u16 {
        TooMany = 256, ///< the sum would not fit
    };

    /// Answers the sum of all that were added, by whomever.
    struct Add {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite};
        using Errors = rpc::Fails<Failure::TooMany>;

        base::u64 number;

        struct Reply {
            base::u64 sum;
        };
    };

    using Methods = rpc::List<Add>;
};

} // namespace apps::blank
