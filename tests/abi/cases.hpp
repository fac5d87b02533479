/// All groups of cases.
#pragma once

#include "tests/abi/calls.hpp"
#include "tests/abi/checks.hpp"

namespace tests::abi {

void try_generated(Calls& calls, Checks& checks);
void try_handles(Calls& calls, Checks& checks);
void try_lending(Calls& calls, Checks& checks);
void try_memory(Calls& calls, Checks& checks);
void try_events(Calls& calls, Checks& checks);
void try_timers(Calls& calls, Checks& checks);
void try_serving(Calls& calls, Checks& checks);
void try_channels(Calls& calls, Checks& checks);
void try_forwarding(Calls& calls, Checks& checks);
void try_giving_up(Calls& calls, Checks& checks);
void try_chains(Calls& calls, Checks& checks);
void try_transfers(Calls& calls, Checks& checks);
void try_debug(Calls& calls, Checks& checks);
void try_trace(Calls& calls, Checks& checks);
void try_emergency_calls(Checks& checks);
void try_canary(const ::abi::RootBlock& block, Checks& checks);
void try_ring(Calls& calls, Checks& checks);
void try_arena(Calls& calls, Checks& checks);
void try_processes(Calls& calls, Checks& checks);
void try_waiting(Calls& calls, Checks& checks);
void try_ends_of_waits(Calls& calls, Checks& checks);
void try_signals(Calls& calls, Checks& checks);
void try_address_waits(Calls& calls, Checks& checks);
void try_wrong_words(Calls& calls, Checks& checks);
void try_turns(Calls& calls, Checks& checks);
void try_budgets(Calls& calls, Checks& checks);
void try_processor_limits(Calls& calls, Checks& checks);
void try_processor_ends(Calls& calls, Checks& checks);
void try_destroying(Calls& calls, Checks& checks);
void try_destroying_at_work(Calls& calls, Checks& checks);

/// Programs that make threads as fast as they can.
void try_bombs(Calls& calls, Checks& checks);
void try_revocation(Calls& calls, Checks& checks);
void try_waiting_calls(Calls& calls, Checks& checks);
void try_copied_leases(Calls& calls, Checks& checks);
void try_mapped_leases(Calls& calls, Checks& checks);
void try_pinned_leases(Calls& calls, Checks& checks);
void try_leases_lent_on(Calls& calls, Checks& checks);
void try_ends_of_leases(Calls& calls, Checks& checks);
void try_ranges(Calls& calls, Checks& checks);
void try_pagers(Calls& calls, Checks& checks);
void try_faults(Calls& calls, Checks& checks);
void try_lent_ends(Calls& calls, Checks& checks);
void try_threads(Calls& calls, Checks& checks);

/// Who runs as those do who wait for its answers, and for its locks.
void try_inheritance(Calls& calls, Checks& checks);
void try_locks(Calls& calls, Checks& checks);

/// Classes, weights, and on which processor they run.
void try_scheduling(Calls& calls, Checks& checks);
void try_machine(Calls& calls, Checks& checks);
void try_device_memory(Calls& calls, Checks& checks);
void try_ports(Calls& calls, Checks& checks);
void try_interrupts(Calls& calls, Checks& checks);
void try_drivers(Calls& calls, Checks& checks);

} // namespace tests::abi
