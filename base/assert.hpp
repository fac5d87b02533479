/// ASSERT(condition) and ASSERT(condition, "message"): for our own bugs, never for what users, peers or devices send.
#pragma once

namespace base {

/// Ends the program or the kernel with a report. Defined by the environment: base/host, kernel/runtime.
///
/// Literals as they are: with their lengths, or with the function's name, they would be a tenth of the kernel's image.
[[noreturn]] void assertion_failed(const char* condition, const char* message, const char* file, unsigned line);

} // namespace base

#define ASSERT(condition, ...)                                                                                         \
    (static_cast<bool>(condition) ? static_cast<void>(0)                                                               \
                                  : ::base::assertion_failed(#condition, "" __VA_ARGS__, __FILE__, __LINE__))
