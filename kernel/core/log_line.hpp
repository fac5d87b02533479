/// LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG: format a line and add it to the kernel's log.
///
///     LOG_INFO("bundle: {} files, {} bytes", view->count(), module.size);
#pragma once

#include "base/format.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log.hpp"

namespace kernel::core {

template <class... Arguments>
void log_line(LogLevel level, base::FormatString<Arguments...> format, const Arguments&... arguments) {
    base::FixedText<Log::kLineBytes + 1> line; // one more: the log sees that it was cut
    base::print(line, format, arguments...);
    kernel().log.write(level, line.view());
}

} // namespace kernel::core

#define LOG_ERROR(...) ::kernel::core::log_line(::kernel::core::LogLevel::Error, __VA_ARGS__)
#define LOG_WARNING(...) ::kernel::core::log_line(::kernel::core::LogLevel::Warning, __VA_ARGS__)
#define LOG_INFO(...) ::kernel::core::log_line(::kernel::core::LogLevel::Info, __VA_ARGS__)
#define LOG_DEBUG(...) ::kernel::core::log_line(::kernel::core::LogLevel::Debug, __VA_ARGS__)
