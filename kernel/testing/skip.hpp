/// Tests that need a machine which this one is not.
#pragma once

#include <string_view>

namespace kernel::testing {

/// Prints "[ SKIP ] why": the running test returns, and proves nothing here.
void print_skipped(std::string_view why);

} // namespace kernel::testing
