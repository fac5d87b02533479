/// A pair of ends whose server speaks P.
#pragma once

#include <utility>

#include "protocols/objects/budget.hpp"
#include "sdk/program/program.hpp"

namespace sdk {

template <rpc::Protocol P>
struct Ends {
    rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> server;
    rpc::CapabilityChannel<P, abi::kAllPermissions> client;
};

/// Paid for by `budget`. OverBudget, NoMemory.
template <rpc::Protocol P>
async::Task<Ends<P>> make_channel(decltype(Own::budget) budget) {
    auto made = co_await budget.call(protocols::objects::Budget::CreateChannel{});
    auto& [server, client] = made.capabilities;
    co_return Ends<P>{std::move(server), rpc::CapabilityChannel<P, abi::kAllPermissions>(client.release())};
}

} // namespace sdk
