// expect-error: ordinals are unique
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};

        struct Reply {};
    };

    struct Again {
        static constexpr rpc::Spec spec{.ordinal = 0x10};

        struct Reply {};
    };

    using Methods = rpc::List<Do, Again>;
};

static_assert(rpc::Protocol<Broken>);
