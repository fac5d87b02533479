// expect-error: what moves a capability is not idempotent
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .idempotent = true};
        using Slots = rpc::Gives<rpc::Moved<rpc::ServerEnd, abi::kRead>>;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
