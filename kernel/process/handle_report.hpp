/// Handles in the registers of a thread that made a fault.
#pragma once

#include "base/format.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::process {

/// ", rdi holds a handle" for each register that does: one that is taken for a pointer is a general protection fault,
/// which tells no address.
void describe_handles(base::TextSink& sink, const Arch::Frame& frame);

} // namespace kernel::process
