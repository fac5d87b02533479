/// What is measured: 64 bytes each way.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace tests::bench {

struct Echo {
    static constexpr rpc::ProtocolId id{"tessera.bench.echo", 1, 0};

    struct Call {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead};

        std::array<rpc::u64, 8> words;

        struct Reply {
            std::array<rpc::u64, 8> words;
        };
    };

    using Methods = rpc::List<Call>;
};

} // namespace tests::bench
