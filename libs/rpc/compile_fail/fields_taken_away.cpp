// expect-error: fields are appended, never taken away
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .first_bytes = 16};
        base::u64 offset;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
