// Runs all cases; the machine ends with the program, and its last line says how many passed.
#include "sdk/runtime/start.hpp"
#include "tests/abi/cases.hpp"

namespace {

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

} // namespace

void start_program(base::u64 process, base::u64 ring, base::u64, const abi::RootBlock* block, abi::RingHeader* header,
                   const void*) {
    using namespace tests::abi;
    Calls calls(*header, *block);
    Checks checks;
    checks.equal("start", "magic", block->magic, abi::RootBlock::kMagic);
    checks.equal("start", "process", process, calls.root(ObjectKind::Process).word());
    checks.equal("start", "ring", ring, calls.root(ObjectKind::Ring).word());
    calls.set_root(ObjectKind::Event, calls.create(::abi::BudgetMethod::CreateEvent));
    calls.set_root(ObjectKind::Timer, calls.create(::abi::BudgetMethod::CreateTimer));
    make_thread_root(calls);
    try_generated(calls, checks);
    try_handles(calls, checks);
    try_memory(calls, checks);
    try_lending(calls, checks);
    try_ring(calls, checks);
    try_events(calls, checks);
    try_timers(calls, checks);
    try_channels(calls, checks);
    try_transfers(calls, checks);
    try_processes(calls, checks);
    try_threads(calls, checks);
    try_serving(calls, checks);
    try_debug(calls, checks);
    try_trace(calls, checks);
    try_canary(*block, checks);
    try_emergency_calls(checks);
    base::print(checks.sink(), "abi: {} passed, {} failed\n", checks.passed(), checks.failed());
    sdk::runtime::exit(checks.failed() == 0 ? 0 : 1);
}
