/// Crashes on purpose, to see that each ends in a report.
#pragma once

#include <string_view>

namespace kernel::testing {

/// Provokes the crash `name`; returns with an error line if there is none of that name, or if it did not crash.
void provoke_crash(std::string_view name);

} // namespace kernel::testing
