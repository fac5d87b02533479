/// The kernel's own command line options.
#pragma once

#include <string_view>

#include "base/types.hpp"
#include "kernel/core/log.hpp"
#include "libs/idle/governor.hpp"

namespace kernel::core {

/// What the clock goes by, if it can.
enum class ClockChoice : base::u8 { Any, Hypervisor, Tsc, Hpet };

/// What interrupts processors in the future, if it can.
enum class TimerChoice : base::u8 { Any, Lapic, Hpet };

struct Options {
    LogLevel log_level = LogLevel::Info;
    base::u16 debug_exit_port = 0; ///< where to write the exit code; 0: halt instead
    std::string_view test_pattern; ///< which in-kernel tests run, with commas between patterns; empty: all
    ClockChoice clock = ClockChoice::Any;
    TimerChoice timer = TimerChoice::Any;
    idle::Choice idle = idle::Choice::Any; ///< how processors without work wait, where that is offered
    bool fast_path = true;                 ///< batches of one call or one answer may go the shortest way
    std::string_view crash;                ///< which crash the test kernel provokes; empty: none
    bool refuse_allocations = false;       ///< the test kernel makes each allocation fail once
};

/// Reads the options of `command_line`; what is unknown or has an impossible value is logged once and changes nothing.
Options parse_options(std::string_view command_line);

} // namespace kernel::core
