/// The least that a transport can be: one call at a time, from one client to one server.
#pragma once

#include "libs/rpc/invocation.hpp"
#include "libs/rpc/receiver.hpp"

namespace tests::bench {

/// What rpc::Transport is in this program, while it lives. Belongs to its thread.
struct Wire {
    /// Whether answers are looked at before their caller has them.
    enum class Judges : base::u8 { No, Yes };

    explicit Wire(Judges judges);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    static Wire& current();

    rpc::Receiver* receiver = nullptr;
    rpc::Invocation* sent = nullptr;
    rpc::Invocation* delivered = nullptr;
    Judges judges;
    bool has_ended = false; ///< the client has no more
};

} // namespace tests::bench
