/// What the kernel adds to response times, as docs/performance.md has it.
#pragma once

#include <string_view>

#include "base/units.hpp"

namespace tess::prove {

/// Instructions, each of which is taken to last a nanosecond: `kernel.longest_off` and `sched.switch.process`.
inline constexpr base::Nanoseconds kLongestWithoutInterrupts{27'176};
inline constexpr base::Nanoseconds kSwitch{1'571};

inline constexpr std::string_view kAssumptions =
    "response times are for 1000 MHz with an instruction a cycle, 27176 ns without interrupts, 1571 ns a switch, and a "
    "hypervisor that steals no time";

} // namespace tess::prove
