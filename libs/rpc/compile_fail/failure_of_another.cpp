// expect-error: the Errors of a method are enumerators of its protocol.s Failure
#include "libs/rpc/protocol.hpp"

struct Broken {
    static constexpr rpc::ProtocolId id{"test.broken", 1, 0};

    enum class Failure : base::u16 { Full = 256 };
    enum class Other : base::u16 { Full = 256 };

    struct Do {
        static constexpr rpc::Spec spec{.ordinal = 0x10};
        using Errors = rpc::Fails<Other::Full>;

        struct Reply {};
    };

    using Methods = rpc::List<Do>;
};

static_assert(rpc::Protocol<Broken>);
