/// What the components of the test speak.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace tests::components {

using rpc::u64;

struct Counter {
    static constexpr rpc::ProtocolId id{"tessera.test.counter", 1, 0};

    struct Add {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite};

        u64 amount;

        struct Reply {
            u64 sum;
        };
    };

    struct Get {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kRead, .idempotent = true};

        struct Reply {
            u64 sum;
        };
    };

    /// It ends by a mistake of its own.
    struct Crash {
        static constexpr rpc::Spec spec{.ordinal = 0x12, .needs = abi::kDelete, .one_way = true};
    };

    /// Never answered.
    struct Never {
        static constexpr rpc::Spec spec{.ordinal = 0x13, .needs = abi::kRead, .waits = true};

        struct Reply {};
    };

    using Methods = rpc::List<Add, Get, Crash, Never>;
};

} // namespace tests::components
