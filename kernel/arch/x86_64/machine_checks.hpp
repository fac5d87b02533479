/// What the machine says of itself when it fails: machine checks and NMIs.
#pragma once

#include "base/format.hpp"

namespace kernel::arch::x86_64 {

/// Every bank of the processor that runs reports every error, and holds none yet: [intel/vol3] 16.8. Without the
/// feature nothing happens. CR4.MCE is set afterwards.
void enable_machine_checks();

/// Why the processor that runs took a machine check: ", " and words, then a line for each bank that holds an error.
void print_machine_check(base::TextSink& sink);

/// Whom the PC's system control port blames for an NMI: ", " and words, or nothing if it blames nobody.
void print_unmaskable_cause(base::TextSink& sink);

} // namespace kernel::arch::x86_64
