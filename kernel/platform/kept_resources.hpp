/// What of the machine the kernel keeps for itself, so that no program can have it.
#pragma once

#include "base/units.hpp"
#include "kernel/platform/platform.hpp"

namespace kernel::platform {

/// Ports, from `first` on.
struct PortSpan {
    base::u32 first;
    base::u32 count;

    [[nodiscard]] constexpr bool overlaps(PortSpan other) const {
        return first < other.first + other.count && other.first < first + count;
    }
};

/// Whether one of `ports` is of a device that the kernel drives: interrupt controllers, clocks, configuration space,
/// power, its console, and `debug_exit`, which is 0 if there is none.
bool keeps_any_port(const Platform& platform, base::u16 debug_exit, PortSpan ports);

/// Whether a byte of [start, start + size), which does not wrap, is memory of the machine that the kernel gives out or
/// needs, or a register that it uses.
bool keeps_any_memory(const Platform& platform, const boot::BootInfo& info, base::PhysicalAddress start,
                      base::Bytes size);

} // namespace kernel::platform
