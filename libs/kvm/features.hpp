/// What KVM offers: its feature leaf, [kvm] cpuid.rst, KVM_CPUID_FEATURES.
#pragma once

#include "base/format.hpp"
#include "base/types.hpp"

namespace kvm {

/// Numbers of bits in EAX of the leaf.
enum class Feature : base::u8 {
    ClockSource = 0, ///< the registers of the first version, which nobody should use
    NoIoDelay = 1,
    ClockSource2 = 3,
    AsyncPageFault = 4,
    StealTime = 5,
    EndOfInterrupt = 6,
    Unhalt = 7,
    TlbFlush = 9,
    AsyncPageFaultExit = 10,
    SendIpi = 11,
    PollControl = 12,
    Yield = 13,
    AsyncPageFaultInterrupt = 14,
    WideMessageTarget = 15,
    StableClock = 24,
};

class Features {
  public:
    constexpr Features() = default;

    /// `offered` and `hints`: EAX and EDX of the leaf behind the signature.
    constexpr Features(base::u32 offered, base::u32 hints) : offered_(offered), hints_(hints) {}

    [[nodiscard]] constexpr bool has(Feature feature) const {
        return (offered_ >> static_cast<unsigned>(feature) & 1) != 0;
    }

    /// KVM_HINTS_REALTIME: processors are never pre-empted for long, so nothing is won by looking whether they are.
    [[nodiscard]] constexpr bool is_real_time() const { return (hints_ & 1) != 0; }

    /// The names of those that are offered, separated by blanks; what has no name here, by its number.
    void print(base::TextSink& sink) const;

  private:
    base::u32 offered_ = 0;
    base::u32 hints_ = 0;
};

} // namespace kvm
