// Runs all cases; the machine ends with the program, and its last line says how many passed.
#include "sdk/runtime/start.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/device/devices.hpp"

namespace {

/// The cases are of one processor, and of others that they name: this thread stays where it is.
void stay_here(tests::abi::Calls& calls) {
    using namespace tests::abi;
    constexpr abi::AffinityMask kFirst{{1}};
    calls.call(calls.root(ObjectKind::Thread), method_of(ObjectKind::Thread, abi::ThreadMethod::SetAffinity), kFirst);
}

/// One that is never started, so that there is something to try the methods of threads with.
void make_thread_root(tests::abi::Calls& calls) {
    using namespace tests::abi;
    const abi::CreateThreadArguments arguments{.entry = 0x10000,
                                               .stack = 0,
                                               .first = 0,
                                               .second = 0,
                                               .third = 0,
                                               .fourth = 0,
                                               .processor = abi::kAnyProcessor};
    ::abi::Submission entry = Calls::with(calls.root(ObjectKind::Process),
                                          method_of(ObjectKind::Process, abi::ProcessMethod::CreateThread), arguments);
    entry.slots = 1;
    calls.set_root(ObjectKind::Thread, calls.send(entry).handle());
}

/// Parts of the machine that nobody uses: methods are tried on them that are wrong in their arguments.
void make_device_roots(tests::abi::Calls& calls) {
    using namespace tests::abi;
    Devices devices(calls);
    constexpr u64 kNobody = u64{1} << 35;
    calls.set_root(ObjectKind::DeviceMemory, devices.create_memory(kNobody, Devices::kPage).handle());
    constexpr u32 kFree = 0x5000;
    calls.set_root(ObjectKind::IoPorts, devices.create_ports(kFree, 8).handle());
    calls.set_root(ObjectKind::Interrupt, devices.create_message().handle());
}

} // namespace

void start_program(base::u64 process, base::u64 ring, base::u64, const abi::RootBlock* block, abi::RingHeader* header,
                   const void*) {
    using namespace tests::abi;
    Calls calls(*header, *block);
    Checks checks;
    checks.equal("start", "magic", block->magic, abi::RootBlock::kMagic);
    checks.equal("start", "process", process, calls.root(ObjectKind::Process).word());
    checks.equal("start", "ring", ring, calls.root(ObjectKind::Ring).word());
    stay_here(calls);
    calls.set_root(ObjectKind::Event, calls.create(::abi::BudgetMethod::CreateEvent));
    calls.set_root(ObjectKind::Timer, calls.create(::abi::BudgetMethod::CreateTimer));
    make_thread_root(calls);
    make_device_roots(calls);
    try_generated(calls, checks);
    try_handles(calls, checks);
    try_memory(calls, checks);
    try_lending(calls, checks);
    try_ring(calls, checks);
    try_arena(calls, checks);
    try_events(calls, checks);
    try_timers(calls, checks);
    try_channels(calls, checks);
    try_forwarding(calls, checks);
    try_giving_up(calls, checks);
    try_chains(calls, checks);
    try_transfers(calls, checks);
    try_processes(calls, checks);
    try_threads(calls, checks);
    try_scheduling(calls, checks);
    try_inheritance(calls, checks);
    try_locks(calls, checks);
    try_serving(calls, checks);
    try_waiting(calls, checks);
    try_ends_of_waits(calls, checks);
    try_signals(calls, checks);
    try_address_waits(calls, checks);
    try_wrong_words(calls, checks);
    try_turns(calls, checks);
    try_budgets(calls, checks);
    try_processor_limits(calls, checks);
    try_processor_ends(calls, checks);
    try_destroying(calls, checks);
    try_destroying_at_work(calls, checks);
    try_bombs(calls, checks);
    try_revocation(calls, checks);
    try_waiting_calls(calls, checks);
    try_copied_leases(calls, checks);
    try_mapped_leases(calls, checks);
    try_pinned_leases(calls, checks);
    try_leases_lent_on(calls, checks);
    try_ends_of_leases(calls, checks);
    try_ranges(calls, checks);
    try_pagers(calls, checks);
    try_faults(calls, checks);
    try_lent_ends(calls, checks);
    try_machine(calls, checks);
    try_device_memory(calls, checks);
    try_ports(calls, checks);
    try_interrupts(calls, checks);
    try_drivers(calls, checks);
    try_debug(calls, checks);
    try_trace(calls, checks);
    try_canary(*block, checks);
    try_emergency_calls(checks);
    base::print(checks.sink(), "abi: {} passed, {} failed\n", checks.passed(), checks.failed());
    sdk::runtime::exit(checks.failed() == 0 ? 0 : 1);
}
