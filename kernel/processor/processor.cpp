#include "kernel/processor/processor.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::processor {

bool Processor::post(mailbox::Message& message) {
    bool was_empty = false;
    if (state() != State::Online || !mailbox_.post(message, was_empty)) {
        return false;
    }
    if (was_empty) {
        Arch::interrupt_processor(hardware_id_, Arch::kMailboxVector);
    }
    return true;
}

void Processor::idle_until(bool (*done)(void* context), void* context) {
    while (!done(context)) {
        core::kernel().idle_meter.begin(Arch::read_cycle_counter());
        Arch::wait_for_interrupt();
        core::kernel().idle_meter.end(Arch::read_cycle_counter());
    }
}

Processor& this_processor() { return core::kernel().processors.at(static_cast<base::u32>(Arch::cpu_index())); }

} // namespace kernel::processor
