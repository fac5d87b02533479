// expect-error: a method has at most 2 leases; a long text is one
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        using Leases = rpc::Lends<rpc::In, rpc::Out>;
        rpc::Text<16, 100> name;
        static constexpr auto text = &Do::name;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
