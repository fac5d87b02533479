/// What the kernel does when it has started. tessera.elf and ktest.elf link different answers.
#pragma once

namespace kernel::core {

/// Called once, after the banner; never returns.
[[noreturn]] void run_first_work();

} // namespace kernel::core
