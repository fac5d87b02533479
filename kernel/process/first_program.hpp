/// The one program that the kernel itself loads.
#pragma once

#include "base/result.hpp"
#include "libs/bundle/bundle.hpp"

namespace kernel::process {

/// Its name in the boot bundle.
inline constexpr std::string_view kFirstProgram = "bin/init";

/// Loads `file`, gives it the roots of all authority, and has it run on this processor. When it ends, the machine ends.
/// Corrupt: the file is not what the bundle's index says; errors as of load_program().
base::Result<void> start_first_program(const bundle::File& file);

} // namespace kernel::process
