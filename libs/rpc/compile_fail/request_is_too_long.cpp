// expect-error: a request fits in 64 bytes, of which each lease takes 16
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        using Leases = rpc::Lends<rpc::In>;
        std::array<base::u64, 7> numbers;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
