/// The end of the kernel's life: the report that says why, and a defined exit status.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace kernel::core {

/// Prints the report (reason, build id, slide, return addresses, last log lines) and ends the machine with
/// ExitCode::Panic. Takes no lock and allocates nothing. A panic inside a panic prints one line and ends at once.
[[noreturn]] void panic(std::string_view reason);

/// The same, with `detail` behind the reason: "reason: detail".
[[noreturn]] void panic_from(std::string_view reason, std::string_view detail);

/// The same for a failed ASSERT.
[[noreturn]] void panic_assertion(std::string_view condition, std::string_view message, std::string_view file,
                                  base::u32 line);

} // namespace kernel::core
