/// ASSERT(condition) and ASSERT(condition, "message"): for our own bugs, never for what users, peers or devices send.
#pragma once

#include <source_location>
#include <string_view>

namespace base {

/// Ends the program or the kernel with a report. Defined by the environment: base/host, kernel/runtime.
[[noreturn]] void assertion_failed(std::string_view condition, std::string_view message, std::source_location where);

} // namespace base

#define ASSERT(condition, ...)                                                                                         \
    (static_cast<bool>(condition)                                                                                      \
         ? static_cast<void>(0)                                                                                        \
         : ::base::assertion_failed(#condition, ::std::string_view{__VA_ARGS__}, ::std::source_location::current()))
