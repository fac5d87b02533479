#include "kernel/core/first_work.hpp"

#include "kernel/testing/runner.hpp"

void kernel::core::run_first_work() { testing::run_tests_and_end(); }
