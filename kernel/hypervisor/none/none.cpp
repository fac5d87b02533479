#include "kernel/hypervisor/none/none.hpp"

#include "kernel/arch/current.hpp"

namespace kernel::hypervisor {

void None::idle() { Arch::wait_for_interrupt(); }

void None::interrupt(const cpu_set::CpuSet& cpus, base::u8 vector) const {
    cpus.for_each([&](base::u32 cpu) { Arch::interrupt_processor(hardware_id(cpu), vector); });
}

} // namespace kernel::hypervisor
