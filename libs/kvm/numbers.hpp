/// Registers, [kvm] msr.rst, and hypercalls, [kvm] hypercalls.rst.
#pragma once

#include "base/types.hpp"

namespace kvm {

/// Model specific registers. What each takes stands beside its structure.
enum class Register : base::u32 {
    WallClock = 0x4b564d00,
    SystemTime = 0x4b564d01,
    StealTime = 0x4b564d03,
    EndOfInterrupt = 0x4b564d04,
    PollControl = 0x4b564d05,
};

/// Bit 0 of the address in SystemTime, StealTime and EndOfInterrupt.
inline constexpr base::u64 kEnable = 1;
/// PollControl: whether the host may look for a while whether a halted processor can go on, before it lets others run.
inline constexpr base::u64 kHostPolls = 1;
inline constexpr base::u64 kGuestPolls = 0; ///< the guest does that itself

enum class Hypercall : base::u64 {
    KickCpu = 5,
    SendIpi = 10,
};

/// What a hypercall returns that KVM does not know, as a negative number: ENOSYS of Linux.
inline constexpr base::i64 kNoSuchCall = -1000;

} // namespace kvm
