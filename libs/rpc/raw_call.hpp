/// Any message as a call: what a client may send that was patched. For tests, and to measure what types cost.
#pragma once

#include "libs/rpc/invocation.hpp"

namespace rpc {

/// To be awaited: the answer as it came, without capabilities.
class RawCall final : public async::LeafOf<RawCall, Invocation> {
  public:
    RawCall(abi::Handle target, const Message& request, bool tells_server = false)
        : LeafOf(target, kAnything, tells_server) {
        message() = request;
    }

    static async::Ready try_now() { return async::Ready::No; }

    void park() { Transport::begin(*this); }

    [[nodiscard]] Message take() { return message(); }

    [[nodiscard]] std::string_view name() const override { return "raw call"; }

  private:
    static constexpr ReplyShape kAnything{.least = 0, .bytes = abi::kPayloadBytes, .domain = 0, .slots = {}};
};

} // namespace rpc
