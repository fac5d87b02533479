#include "kernel/core/first_work.hpp"
#include "kernel/processor/processor.hpp"

// There is no program to run yet: the kernel waits, without using the processor, until someone ends the machine.
void kernel::core::run_first_work() {
    for (;;) {
        processor::this_processor().idle_until([](void*) { return false; }, nullptr);
    }
}
