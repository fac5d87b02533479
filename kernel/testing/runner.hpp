/// Runs the in-kernel tests of ktest.elf.
#pragma once

namespace kernel::testing {

/// Runs every test whose "Suite.Name" contains `test=` of the command line, in one boot, prints a line for each and the
/// sums, and ends the machine. With `crash=NAME` it provokes that crash instead. No test at all counts as a failure.
[[noreturn]] void run_tests_and_end();

} // namespace kernel::testing
