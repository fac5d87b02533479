/// What the world of an input holds, in the order of its table: what a record names as target and in slots.
#pragma once

#include "abi/object_kind.hpp"
#include "base/types.hpp"

namespace tests::fuzz {

enum class Place : base::u8 {
    Server,
    Client,
    ClientToGrant, ///< may not call
    Memory,        ///< two pages, mapped in the child process
    MemoryToRead,
    MemoryToWrite,
    LargeMemory, ///< a quarter of a mebibyte
    PagedMemory, ///< whose pages are asked for through the client's end
    Process,     ///< a child, that executes a loop once its thread is started
    AddressSpace,
    Ring, ///< the child's
    Thread,
    Event,
    EventOfOneBit,
    Timer,
    Message, ///< an Interrupt
    Ports,
    Budget, ///< pays for all of this
    BudgetToRead,
    FirstRing, ///< of the first lane, as the next
    SecondRing,
    OwnProcess, ///< of the fuzzer, to be read, as the rest
    OwnAddressSpace,
    Machine,
    Debug,
};

inline constexpr base::u8 kPlaces = static_cast<base::u8>(Place::Debug) + 1;

constexpr abi::ObjectKind kind_of(Place place) {
    using enum abi::ObjectKind;
    switch (place) {
    case Place::Server: return ChannelServer;
    case Place::Client:
    case Place::ClientToGrant: return ChannelClient;
    case Place::Memory:
    case Place::MemoryToRead:
    case Place::MemoryToWrite:
    case Place::LargeMemory:
    case Place::PagedMemory: return Memory;
    case Place::Process:
    case Place::OwnProcess: return Process;
    case Place::AddressSpace:
    case Place::OwnAddressSpace: return AddressSpace;
    case Place::Ring:
    case Place::FirstRing:
    case Place::SecondRing: return Ring;
    case Place::Thread: return Thread;
    case Place::Event:
    case Place::EventOfOneBit: return Event;
    case Place::Timer: return Timer;
    case Place::Message: return Interrupt;
    case Place::Ports: return IoPorts;
    case Place::Budget:
    case Place::BudgetToRead: return Budget;
    case Place::Machine: return Machine;
    case Place::Debug: return Debug;
    }
    return None;
}

/// Where the child's code and its Memory are mapped.
inline constexpr base::u64 kChildCode = 16 << 12;
inline constexpr base::u64 kChildData = 24 << 12;

} // namespace tests::fuzz
