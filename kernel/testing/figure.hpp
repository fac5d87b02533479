/// Figures that in-kernel tests measure; `./bench` collects them from a run that counts instructions.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace kernel::testing {

/// Prints "FIGURE name value unit".
void print_figure(std::string_view name, base::u64 value, std::string_view unit = "insn");

} // namespace kernel::testing
