/// A call under way: what the transport sends, and where the answer arrives.
#pragma once

#include "abi/handle.hpp"
#include "async/leaf_of.hpp"
#include "async/operation.hpp"
#include "libs/rpc/reply_shape.hpp"
#include "libs/rpc/transport.hpp"

namespace rpc {

/// Lives in the frame of the caller, from before the call until its Result, and what it lends does too.
class Invocation : public async::Operation {
  public:
    [[nodiscard]] abi::Handle target() const { return target_; }

    /// The request; from arrive() on the answer.
    [[nodiscard]] Message& message() { return message_; }

    /// Whether the server hears of it if the caller gives up: abi::SubmissionFlag::TellServer.
    [[nodiscard]] bool tells_server() const { return tells_server_; }

    /// How many capabilities the answer may bring.
    [[nodiscard]] usize accepts() const { return shape_->slots.size(); }

    /// The transport has put the answer into message().
    void arrive() { complete(judge_answer(message_, *shape_)); }

    /// There is no answer, for this reason. Capabilities that it would have moved are gone: with the server, or
    /// dropped.
    void refuse(abi::Error error) {
        drop_moved(message_);
        complete(error);
    }

  protected:
    Invocation(abi::Handle target, const ReplyShape& shape, bool tells_server)
        : target_(target), shape_(&shape), tells_server_(tells_server) {}

    ~Invocation() = default;

  private:
    void ask_to_cancel() final { Transport::cancel(*this); }

    Message message_;
    abi::Handle target_;
    const ReplyShape* shape_;
    bool tells_server_;
};

} // namespace rpc
