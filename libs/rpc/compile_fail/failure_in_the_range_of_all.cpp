// expect-error: the Errors of a method are enumerators of its protocol.s Failure, from 256 on
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    enum class Failure : base::u16 { Full = 255 };

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        using Errors = rpc::Fails<Failure::Full>;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
