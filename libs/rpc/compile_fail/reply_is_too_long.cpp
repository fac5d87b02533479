// expect-error: a reply fits in 64 bytes
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};

        struct Reply {
            std::array<base::u64, 9> numbers;
        };
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
