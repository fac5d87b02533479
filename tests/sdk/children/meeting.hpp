/// What the test and its children speak.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace tests::sdk {

using rpc::u32;
using rpc::u64;

struct Meeting {
    static constexpr rpc::ProtocolId id{"tessera.test.meeting", 1, 0};

    enum class Failure : base::u16 { TooMuch = 256 };

    struct Add {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite};
        using Errors = rpc::Fails<Failure::TooMuch>;

        u64 amount;

        struct Reply {
            u64 sum;
        };
    };

    /// Answers when the sum is at least so much.
    struct Await {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kRead, .waits = true};

        u64 least;

        struct Reply {
            u64 sum;
        };
    };

    /// Turns the bytes of the one around into the other.
    struct Reverse {
        static constexpr rpc::Spec spec{.ordinal = 0x12, .needs = abi::kRead};
        using Leases = rpc::Lends<rpc::In, rpc::Out>;

        struct Reply {
            u64 bytes;
        };
    };

    /// Another way to it, for reading alone.
    struct Share {
        static constexpr rpc::Spec spec{.ordinal = 0x13, .needs = abi::kExecute};

        struct Reply {
            using Slots = rpc::Gives<rpc::Shared<Meeting, abi::kRead>>;
        };
    };

    struct Say {
        static constexpr rpc::Spec spec{.ordinal = 0x14, .needs = abi::kWrite, .one_way = true};

        u64 word;
    };

    using Methods = rpc::List<Add, Await, Reverse, Share, Say>;
};

} // namespace tests::sdk
