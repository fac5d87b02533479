/// What hypervisors say of the time stamp counter's rate in their CPUID leaves.
#pragma once

#include "libs/hypervisor/identify.hpp"

namespace hypervisor {

/// The rate in kHz; 0: none of them says it. Xen: its fourth leaf, ECX ([xen] public/arch-x86/cpuid.h). VMware, and KVM
/// where it imitates it: leaf 0x10 behind its first, EAX ([vmware] timing information leaf). `cpuid(leaf)` asks the
/// processor.
template <class Cpuid>
base::u32 stated_counter_kilohertz(const Identification& found, Cpuid cpuid) {
    constexpr base::u32 kXenTime = 3;
    constexpr base::u32 kTiming = 0x10;
    for (const Presence& presence : found.all()) {
        if (presence.kind == Kind::Xen && presence.largest >= presence.base + kXenTime) {
            return cpuid(presence.base + kXenTime).ecx;
        }
        const bool may_time = presence.kind == Kind::VMware || presence.kind == Kind::Kvm;
        if (may_time && presence.largest >= presence.base + kTiming) {
            return cpuid(presence.base + kTiming).eax;
        }
    }
    return 0;
}

} // namespace hypervisor
