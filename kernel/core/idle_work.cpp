#include "kernel/arch/current.hpp"
#include "kernel/core/first_work.hpp"

// There is no program to run yet: the kernel waits, without using the processor, until someone ends the machine.
void kernel::core::run_first_work() {
    for (;;) {
        Arch::wait_for_interrupt();
    }
}
