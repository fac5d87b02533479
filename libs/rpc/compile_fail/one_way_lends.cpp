// expect-error: what has no answer lends nothing
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .one_way = true};
        using Leases = rpc::Lends<rpc::In>;
        base::u64 offset;
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
