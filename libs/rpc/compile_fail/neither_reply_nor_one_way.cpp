// expect-error: a method has a Reply or is one_way
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        base::u64 offset;
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
