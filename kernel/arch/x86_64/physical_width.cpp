#include "kernel/arch/physical_width.hpp"

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch {

using x86_64::Cpu;

base::u32 physical_address_bits() {
    // [intel/vol2] CPUID. Processors without that leaf had 36.
    constexpr base::u32 kExtended = 0x8000'0000;
    constexpr base::u32 kAddressSizes = 0x8000'0008;
    constexpr base::u32 kOldest = 36;
    return Cpu::cpuid(kExtended).eax >= kAddressSizes ? Cpu::cpuid(kAddressSizes).eax & 0xff : kOldest;
}

} // namespace kernel::arch
