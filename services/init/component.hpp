/// A component of the plan, while the system runs.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "async/event.hpp"
#include "libs/plan/plan.hpp"
#include "libs/supervision/supervisor.hpp"
#include "protocols/component.hpp"
#include "protocols/connector.hpp"
#include "protocols/objects/debug.hpp"
#include "protocols/objects/machine.hpp"
#include "sdk/launch/launch.hpp"

namespace services::init {

/// A server's end on its way from a client to who serves it.
struct Connection {
    rpc::Capability<rpc::ServerEnd, abi::kRead | abi::kDelete | abi::kDelegate> end;
    base::u32 offer; ///< a row of the plan's offers
    base::u32 client;
    abi::Permissions permissions;
    base::u32 scope; ///< a string of the plan
};

enum class State : base::u8 {
    Waiting, ///< nobody wants it yet
    Running,
    Pausing, ///< between two starts
    Ended,   ///< in good order, and not started again
    Failed,  ///< and given up
    Stopped, ///< because the system ends
};

/// All that init knows of one.
struct Component {
    Component(base::u32 its_number, const plan::ComponentRecord& its_record)
        : number(its_number), record(its_record),
          supervisor(static_cast<supervision::Policy>(its_record.restart), plan::backoff_of(its_record)) {}

    [[nodiscard]] bool is_over() const {
        return state == State::Ended || state == State::Failed || state == State::Stopped;
    }

    base::u32 number;
    plan::ComponentRecord record;
    supervision::Supervisor supervisor;
    State state = State::Waiting;
    bool is_told_to_stop = false;
    base::u32 starts = 0;
    async::Event wanted;                ///< somebody connects to it, or it begins with the system
    async::Event arrived;               ///< there are connections
    async::Event ended;                 ///< it is over
    std::deque<Connection> connections; ///< not handed over yet
    std::optional<rpc::CapabilityChannel<protocols::Component, abi::kAllPermissions>> control; ///< while it runs
    sdk::launch::Child* child = nullptr;                                                       ///< while it runs
};

} // namespace services::init
