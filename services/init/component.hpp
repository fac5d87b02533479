/// A component of the plan, while the system runs.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "async/event.hpp"
#include "base/assert.hpp"
#include "libs/plan/plan.hpp"
#include "libs/supervision/supervisor.hpp"
#include "protocols/component.hpp"
#include "protocols/connector.hpp"
#include "protocols/control.hpp"
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

using State = protocols::Control::State;

/// All that init knows of one.
struct Component {
    Component(base::u32 its_number, const plan::ComponentRecord& its_record)
        : number(its_number), record(its_record),
          supervisor(static_cast<supervision::Policy>(its_record.restart), plan::backoff_of(its_record)) {}

    [[nodiscard]] bool is_over() const {
        return state == State::Ended || state == State::Failed || state == State::Stopped;
    }

    /// It has a program that runs, or will again by itself.
    [[nodiscard]] bool is_active() const { return state == State::Running || state == State::Pausing; }

    /// Of one that runs: where it answers init.
    [[nodiscard]] rpc::Borrowed<protocols::Component, abi::kAllPermissions> to_program() const {
        ASSERT(control.has_value(), "a component that does not run was called");
        return control->as<abi::kAllPermissions>();
    }

    base::u32 number;
    plan::ComponentRecord record;
    supervision::Supervisor supervisor;
    State state = State::Waiting;
    bool is_told_to_stop = false;
    base::u32 starts = 0;
    base::usize control_sessions = 0;   ///< connections of it to protocols::Control
    async::Event wanted;                ///< somebody connects to it, it begins with the system, or is started by hand
    async::Event told_to_stop;          ///< while it pauses
    async::Event launched;              ///< it runs, or could not be launched
    async::Event arrived;               ///< there are connections
    async::Event ended;                 ///< it is over
    std::deque<Connection> connections; ///< not handed over yet
    std::optional<rpc::CapabilityChannel<protocols::Component, abi::kAllPermissions>> control; ///< while it runs
    sdk::launch::Child* child = nullptr;                                                       ///< while it runs
};

} // namespace services::init
