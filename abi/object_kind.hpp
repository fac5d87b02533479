/// What a capability can stand for.
#pragma once

#include <string_view>

#include "abi/types.hpp"

namespace abi {

/// The values are part of the contract. A kind's own methods have it in their number's high byte.
enum class ObjectKind : u8 {
    None = 0,
    Budget,
    Process,
    Thread,
    Ring,
    AddressSpace,
    Memory,
    ChannelServer, ///< the end that receives requests
    ChannelClient, ///< the end that calls
    Event,
    Timer,
    Interrupt,
    DeviceMemory,
    IoPorts,
    DmaDomain,
    Machine,
    Gate,
    Hypervisor,
    Debug,
};

inline constexpr u8 kObjectKinds = static_cast<u8>(ObjectKind::Debug) + 1;

/// The enumerator's name, for logs.
constexpr std::string_view name(ObjectKind kind) {
    using enum ObjectKind;
    switch (kind) {
    case None: return "None";
    case Budget: return "Budget";
    case Process: return "Process";
    case Thread: return "Thread";
    case Ring: return "Ring";
    case AddressSpace: return "AddressSpace";
    case Memory: return "Memory";
    case ChannelServer: return "ChannelServer";
    case ChannelClient: return "ChannelClient";
    case Event: return "Event";
    case Timer: return "Timer";
    case Interrupt: return "Interrupt";
    case DeviceMemory: return "DeviceMemory";
    case IoPorts: return "IoPorts";
    case DmaDomain: return "DmaDomain";
    case Machine: return "Machine";
    case Gate: return "Gate";
    case Hypervisor: return "Hypervisor";
    case Debug: return "Debug";
    }
    return "unknown kind";
}

} // namespace abi
