// expect-error: a session says what was granted
#include "libs/rpc/serves.hpp"

struct Pair {
    static constexpr rpc::ProtocolId id{"test.pair", 1, 0};

    struct One {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead};

        struct Reply {};
    };

    struct Two {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kRead};

        struct Reply {};
    };

    using Methods = rpc::List<One, Two>;
};

struct Session {
    async::Result<Pair::One::Reply> serve(rpc::Call<Pair::One>);
    async::Result<Pair::Two::Reply> serve(rpc::Call<Pair::Two>);
};

static_assert(rpc::Serves<Session, Pair>);
