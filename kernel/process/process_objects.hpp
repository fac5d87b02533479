/// What all processes share: where their objects come from, and how those end.
#pragma once

#include "base/result.hpp"
#include "kernel/core/random.hpp"
#include "kernel/memory/kernel_cache.hpp"
#include "kernel/process/bit_event.hpp"
#include "kernel/process/budget_object.hpp"
#include "kernel/process/call_pool.hpp"
#include "kernel/process/chain.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/channel_pager.hpp"
#include "kernel/process/expiries.hpp"
#include "kernel/process/expiry_walk.hpp"
#include "kernel/process/fault_channel.hpp"
#include "kernel/process/fixed_leases.hpp"
#include "kernel/process/holder.hpp"
#include "kernel/process/interrupt.hpp"
#include "kernel/process/io_ports.hpp"
#include "kernel/process/mapping.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/operation.hpp"
#include "kernel/process/page_operation.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/process/registry.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/supply_operation.hpp"
#include "kernel/process/timer.hpp"
#include "kernel/process/waiting_call.hpp"

namespace kernel::process {

/// One of it, made at boot.
class ProcessObjects {
  public:
    ProcessObjects(slab::PageSource& pages, core::Random& random);

    ProcessObjects(const ProcessObjects&) = delete;
    ProcessObjects& operator=(const ProcessObjects&) = delete;

    /// Before any object is made. NoMemory.
    base::Result<void> start(base::u32 processors);

    memory::KernelCache<MemoryObject> memories;
    memory::KernelCache<AddressSpaceObject> address_spaces;
    memory::KernelCache<Mapping> mappings;
    Expiries expiries;
    memory::KernelCache<ExpiryWalk> expiry_walks;
    memory::KernelCache<WaitingCall> waiting_calls;
    memory::KernelCache<Chain> chains;
    memory::KernelCache<Operation> operations;
    memory::KernelCache<FixedLeases> fixed_leases;
    LentOn lent_on;
    OperationWaits waits;
    AddressWaits address_waits;
    memory::KernelCache<LentRank> lent_ranks;
    Inheritance inheritance;
    memory::KernelCache<PageOperation> page_operations;
    memory::KernelCache<SupplyOperation> supplies;
    memory::KernelCache<FaultChannel> fault_channels;
    memory::KernelCache<ChannelPager> pagers;
    memory::KernelCache<ChannelPager::Request> page_requests;
    memory::KernelCache<Channel> channels;
    memory::KernelCache<BitEvent> events;
    memory::KernelCache<Timer> timers;
    memory::KernelCache<Interrupt> interrupts;
    memory::KernelCache<DeviceMemoryObject> device_memories;
    memory::KernelCache<IoPorts> io_ports;
    CallPool calls;
    memory::KernelCache<BudgetObject> budgets;
    memory::KernelCache<Process> processes;
    memory::KernelCache<ProgramThread> threads;
    memory::KernelCache<Ring> rings;
    memory::KernelCache<RingChunk> ring_chunks;
    Retirement retirement;
    Registry<Process> process_registry;
    Registry<ProgramThread> thread_registry;
    /// What pays for threads that may run in real time.
    const budget::Budget* real_time_budget = nullptr;
};

/// The kernel's one.
ProcessObjects& process_objects();

/// Makes it. NoMemory.
base::Result<ProcessObjects*> make_process_objects(base::u32 processors);

} // namespace kernel::process
