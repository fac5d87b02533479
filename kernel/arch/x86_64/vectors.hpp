/// What each interrupt vector is for.
#pragma once

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

/// Exceptions, [intel/vol3] table 6-1.
inline constexpr base::u8 kNonMaskableVector = 2;
inline constexpr base::u8 kMachineCheckVector = 18;
inline constexpr base::u8 kFirstInterrupt = 32;
/// 32 to 47 are where a legacy controller that nobody asked might interrupt; what follows is for devices.
inline constexpr base::u8 kFirstDeviceVector = 48;
inline constexpr base::u8 kLastDeviceVector = 239;
inline constexpr base::u8 kTimerVector = 240;
inline constexpr base::u8 kMailboxVector = 241;
inline constexpr base::u8 kApicErrorVector = 254;
/// [intel/vol3] 11.9: its low bits are ones; no end of interrupt is sent.
inline constexpr base::u8 kSpuriousVector = 255;
/// What call_entry gives as its vector: no number that a gate has.
inline constexpr base::u64 kCallVector = 256;

} // namespace kernel::arch::x86_64
