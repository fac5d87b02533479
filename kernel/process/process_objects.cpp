#include "kernel/process/process_objects.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/memory/make_for_ever.hpp"

namespace kernel::process {

using base::Result;

ProcessObjects::ProcessObjects(slab::PageSource& pages, core::Random& random)
    : memories(pages, random.next()), address_spaces(pages, random.next()), mappings(pages, random.next()),
      expiry_walks(pages, random.next()), waiting_calls(pages, random.next()), chains(pages, random.next()),
      operations(pages, random.next()), fixed_leases(pages, random.next()), lent_ranks(pages, random.next()),
      page_operations(pages, random.next()), supplies(pages, random.next()), fault_channels(pages, random.next()),
      pagers(pages, random.next()), page_requests(pages, random.next()), channels(pages, random.next()),
      events(pages, random.next()), timers(pages, random.next()), interrupts(pages, random.next()),
      device_memories(pages, random.next()), io_ports(pages, random.next()), budgets(pages, random.next()),
      processes(pages, random.next()), threads(pages, random.next()), rings(pages, random.next()),
      ring_chunks(pages, random.next()) {}

Result<void> ProcessObjects::start(base::u32 processors) {
    TRY(memories.start(processors));
    TRY(address_spaces.start(processors));
    TRY(mappings.start(processors));
    TRY(expiry_walks.start(processors));
    TRY(waiting_calls.start(processors));
    TRY(chains.start(processors));
    TRY(operations.start(processors));
    TRY(fixed_leases.start(processors));
    TRY(lent_ranks.start(processors));
    TRY(page_operations.start(processors));
    TRY(supplies.start(processors));
    TRY(fault_channels.start(processors));
    TRY(pagers.start(processors));
    TRY(page_requests.start(processors));
    TRY(channels.start(processors));
    TRY(events.start(processors));
    TRY(timers.start(processors));
    TRY(interrupts.start(processors));
    TRY(device_memories.start(processors));
    TRY(io_ports.start(processors));
    TRY(budgets.start(processors));
    TRY(processes.start(processors));
    TRY(threads.start(processors));
    TRY(rings.start(processors));
    return ring_chunks.start(processors);
}

ProcessObjects& process_objects() { return *core::kernel().process_objects; }

Result<ProcessObjects*> make_process_objects(base::u32 processors) {
    core::Kernel& kernel = core::kernel();
    auto* const objects = TRY(memory::make_for_ever<ProcessObjects>(kernel.frames, kernel.frame_source, kernel.random));
    TRY(objects->start(processors));
    return objects;
}

} // namespace kernel::process
