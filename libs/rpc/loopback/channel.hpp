/// A channel of the loopback.
#pragma once

#include <deque>

#include "libs/rpc/invocation.hpp"
#include "libs/rpc/receiver.hpp"

namespace rpc::loopback {

/// What waits in it, oldest first.
struct Item {
    Incoming::Kind kind;
    Invocation* call = nullptr; ///< none: nobody waits for an answer
    abi::Permissions permissions;
    abi::Handle token; ///< of a notice
    Message message;   ///< without a call
};

struct Channel {
    usize clients = 1; ///< capabilities to this end
    usize servers = 1;
    Receiver* receiver = nullptr;
    bool has_told_end = false;
    std::deque<Item> items;

    void add(Item item) {
        items.push_back(item);
        tell();
    }

    void tell() {
        if (receiver != nullptr) {
            receiver->tell();
        }
    }

    /// One-way messages and notices: what no caller holds.
    [[nodiscard]] usize unheld() const { return static_cast<usize>(std::ranges::count(items, nullptr, &Item::call)); }
};

} // namespace rpc::loopback
