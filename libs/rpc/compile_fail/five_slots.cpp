// expect-error: a message has at most 4 capabilities and leases together
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    using End = rpc::Shared<rpc::ServerEnd, abi::kRead>;

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        using Slots = rpc::Gives<End, End, End>;
        using Leases = rpc::Lends<rpc::In, rpc::Out>;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
