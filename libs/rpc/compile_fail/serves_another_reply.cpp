// expect-error: lacks serve.Call<M>. for this method, returning Result or Task of its Reply
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
    abi::Permissions granted() const;
    async::Result<Pair::One::Reply> serve(rpc::Call<Pair::One>);
    base::u64 serve(rpc::Call<Pair::Two>);
};

static_assert(rpc::Serves<Session, Pair>);
