/// A protocol of 64 bytes each way, and a server of it.
#pragma once

#include "libs/rpc/serve.hpp"

namespace tests::bench {

using base::u64;

struct Echo {
    static constexpr rpc::ProtocolId id{"tessera.bench.echo", 1, 0};

    struct Plain {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kRead};

        std::array<u64, 8> words;

        struct Reply {
            std::array<u64, 8> words;
        };
    };

    /// The same by a method that could wait.
    struct Waiting {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kRead};

        std::array<u64, 8> words;

        struct Reply {
            std::array<u64, 8> words;
        };
    };

    using Methods = rpc::List<Plain, Waiting>;
};

class EchoSession {
  public:
    explicit EchoSession(abi::Permissions granted) : granted_(granted) {}

    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    static async::Result<Echo::Plain::Reply> serve(rpc::Call<Echo::Plain> call) {
        return Echo::Plain::Reply{.words = call->words};
    }

    static async::Task<Echo::Waiting::Reply> serve(rpc::Call<Echo::Waiting> call) { co_return {.words = call->words}; }

  private:
    abi::Permissions granted_;
};

} // namespace tests::bench
