/// The server's side of one connection.
#pragma once

#include "apps/tutorial/greeter.hpp"
#include "libs/rpc/answer.hpp"
#include "libs/rpc/call.hpp"
#include "libs/rpc/serves.hpp"

namespace apps::tutorial {

/// What all connections share.
struct GreeterState {
    base::u64 greeted = 0;
};

class GreeterSession {
  public:
    GreeterSession(GreeterState& state, abi::Permissions granted) : state_(state), granted_(granted) {}

    /// What the route of this client allows.
    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    /// It never waits, so it is a plain function.
    async::Result<Greeter::Greet::Reply> serve(rpc::Call<Greeter::Greet> call) {
        if (call->name.view().empty()) {
            return rpc::failure<Greeter>(Greeter::Failure::NoName);
        }
        return Greeter::Greet::Reply{.greeted = ++state_.greeted};
    }

  private:
    GreeterState& state_;
    abi::Permissions granted_;
};

} // namespace apps::tutorial
