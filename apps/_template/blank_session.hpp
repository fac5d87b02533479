/// The server's side of one connection.
#pragma once

#include "apps/_template/blank.hpp"
#include "base/checked.hpp"
#include "libs/rpc/answer.hpp"
#include "libs/rpc/call.hpp"
#include "libs/rpc/serves.hpp"

namespace apps::blank {

/// What all connections share.
struct BlankState {
    base::u64 sum = 0;
};

class BlankSession {
  public:
    BlankSession(BlankState& state, abi::Permissions granted) : state_(state), granted_(granted) {}

    /// What the route of this client allows.
    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    async::Result<Blank::Add::Reply> serve(rpc::Call<Blank::Add> call) {
        const auto sum = base::checked_add(state_.sum, call->number);
        if (!sum) {
            return rpc::failure<Blank>(Blank::Failure::TooMany);
        }
        state_.sum = *sum;
        return Blank::Add::Reply{.sum = state_.sum};
    }

  private:
    BlankState& state_;
    abi::Permissions granted_;
};

} // namespace apps::blank
