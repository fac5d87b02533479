// Processes: made, given things, ended.
#include "tests/abi/cases.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;
using ::abi::EndReport;
using ::abi::ProcessMethod;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr u16 process_method(ProcessMethod method) { return method_of(ObjectKind::Process, method); }

void expect_end(Checks& checks, std::string_view what, const EndReport& is, EndReason reason, u64 code) {
    checks.equal(what, "reason", is.reason, static_cast<u32>(reason));
    checks.equal(what, "code", is.code, code);
}

/// Runs `beginning` in a process of its own to the end.
EndReport run(Children& children, const Beginning& beginning, u64 flags = 0) {
    const Child child = children.create(flags);
    const Handle thread = children.start(child, beginning);
    const EndReport report = children.wait(child);
    children.calls().drop(thread);
    children.drop(child);
    return report;
}

void try_creation(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    checks.equal("create_process", "with an unknown flag",
                 calls
                     .call(calls.root(ObjectKind::Budget),
                           method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreateProcess),
                           ::abi::CreateProcessArguments{.flags = 2})
                     .error,
                 Error::InvalidArgument);
    const Child child = children.create();
    const auto state = children.state(child);
    checks.that("a new process", "has an id", state.object_id != 0);
    checks.equal("a new process", "holds nothing", state.capabilities, 0U);
    checks.equal("a new process", "has no threads", state.threads, 0U);
    checks.equal("a new process", "is not ended", state.reason, 0U);
    children.drop(child);
}

void try_ends(Children& children, Checks& checks) {
    expect_end(checks, "exit", run(children, {.routine = Routine::Exit, .first = 42}), EndReason::Exited, 42);
    expect_end(checks, "first registers",
               run(children, {.routine = Routine::CheckRegisters, .first = 11, .second = 22, .third = 33}),
               EndReason::Exited, 0);
    expect_end(checks, "shared memory",
               run(children, {.routine = Routine::WriteWord, .first = Children::kBoard, .second = 7, .third = 8}),
               EndReason::Exited, 8);
    checks.equal("shared memory", "is written", children.board(0), 7U);
    constexpr u64 kPageFault = 14;
    expect_end(checks, "fault", run(children, {.routine = Routine::Fault}), EndReason::Faulted, kPageFault);
    expect_end(checks, "unknown call", run(children, {.routine = Routine::CallUnknown}), EndReason::Refused, 0);
    expect_end(checks, "submit without a ring", run(children, {.routine = Routine::Park}), EndReason::Refused, 0);
    expect_end(checks, "debug_write", run(children, {.routine = Routine::WriteDebug}), EndReason::Exited,
               static_cast<u64>(Error::AccessDenied));
    expect_end(checks, "debug_write, allowed", run(children, {.routine = Routine::WriteDebug}, ::abi::kMayWriteDebug),
               EndReason::Exited, 0);
}

void try_rings(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const auto create = [&](u32 submissions, u32 completions, u32 window, u64 address = 0, u32 zero = 0) {
        return calls.call(child.process, process_method(ProcessMethod::CreateRing),
                          ::abi::CreateRingArguments{.submissions = submissions,
                                                     .completions = completions,
                                                     .window = window,
                                                     .zero = zero,
                                                     .address = address});
    };
    checks.equal("create_ring", "of one submission", create(1, 2, 1).error, Error::InvalidArgument);
    checks.equal("create_ring", "of three", create(3, 4, 1).error, Error::InvalidArgument);
    checks.equal("create_ring", "too large", create(2048, 4, 1).error, Error::InvalidArgument);
    checks.equal("create_ring", "with nothing but a window", create(2, 2, 2).error, Error::InvalidArgument);
    checks.equal("create_ring", "with something where zero must be", create(2, 2, 1, 0, 1).error,
                 Error::InvalidArgument);
    checks.equal("create_ring", "where something is", create(2, 2, 1, Children::kBoard).error, Error::Exists);
    checks.equal("create_ring", "within a page", create(2, 2, 1, Children::kBoard + 0x10'0010).error,
                 Error::InvalidArgument);
    constexpr u64 kPlace = Children::kBoard + 0x20'0000;
    const Outcome there = create(2, 2, 1, kPlace);
    checks.equal("create_ring", "where it is wanted", there.answer<u64>(), kPlace);
    const Outcome largest = create(1024, 1024, 512);
    checks.equal("create_ring", "the largest", largest.error, kGood);

    const Outcome ring = children.create_ring(child);
    const Handle thread =
        children.start(child, {.routine = Routine::BreakRing, .first = ring.answer<u64>()}, ring.handle());
    expect_end(checks, "malformed ring", children.wait(child), EndReason::Refused, 0);
    for (const Handle handle : {there.handle(), largest.handle(), ring.handle(), thread}) {
        checks.equal("drop", "what belongs to an ended process", calls.drop(handle), kGood);
    }
    checks.equal("create_ring", "of an ended process", create(2, 2, 1).error, Error::BadState);
    children.drop(child);
}

/// What process `child` gets when it invokes `method` of its capability `handle`.
u64 invoked(Children& children, const Child& child, u64 handle, u16 method) {
    const Outcome ring = children.create_ring(child);
    const Handle thread = children.start(
        child, {.routine = Routine::Invoke, .first = ring.answer<u64>(), .second = handle, .third = method},
        ring.handle());
    const EndReport report = children.wait(child);
    children.calls().drop(thread);
    children.calls().drop(ring.handle());
    constexpr u64 kStatus = 100;
    return report.code - kStatus;
}

void try_installation(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Handle budget = calls.root(ObjectKind::Budget);
    constexpr u16 kUsage = method_of(ObjectKind::Budget, ::abi::BudgetMethod::Usage);
    const auto install = [&](const Child& child, SlotWord word) {
        return call_with_slot(calls, child.process, process_method(ProcessMethod::Install), word);
    };
    const auto try_one = [&](std::string_view what, Permissions mask, Error expected) {
        const Child child = children.create();
        const Outcome given = install(child, {budget, mask, SlotMode::Derive});
        checks.equal("install", what, given.error, kGood);
        checks.equal("an installed capability", what, invoked(children, child, given.answer<u64>(), kUsage),
                     static_cast<u64>(expected));
        checks.equal("install", "into an ended process", install(child, {budget, mask, SlotMode::Derive}).error,
                     Error::BadState);
        children.drop(child);
    };
    try_one("a child with all permissions", ::abi::kAllPermissions, kGood);
    try_one("a child that may not read", ::abi::kExecute, Error::AccessDenied);

    const Child child = children.create();
    const Handle plain = calls.derive(budget, ::abi::kRead);
    const auto refused = [&](std::string_view what, SlotWord word, Error error) {
        checks.equal("install", what, install(child, word).error, error);
    };
    refused("what is lent", lend(budget), Error::InvalidArgument);
    refused("nothing", {budget, ::abi::kRead, SlotMode::None}, Error::InvalidArgument);
    refused("with a kind", {budget, ::abi::kRead, SlotMode::Derive, ObjectKind::Budget}, Error::InvalidArgument);
    refused("no capability", {Handle{}, ::abi::kRead, SlotMode::Derive}, Error::BadHandle);
    refused("a child, without Grant", {plain, ::abi::kRead, SlotMode::Derive}, Error::AccessDenied);
    refused("this very one, without Delegate", {plain, ::abi::kRead, SlotMode::Move}, Error::AccessDenied);
    refused("a child that may nothing", {budget, {}, SlotMode::Derive}, Error::AccessDenied);
    calls.drop(plain);

    const Handle parent = calls.derive(budget, ::abi::kAllPermissions);
    const Handle moving = calls.derive(parent, ::abi::kRead | ::abi::kDelegate);
    refused("less than what is moved", {moving, ::abi::kDelegate, SlotMode::Move}, Error::InvalidArgument);
    const Outcome moved = install(child, {moving, ::abi::kAllPermissions, SlotMode::Move});
    checks.equal("install", "this very one", moved.error, kGood);
    checks.equal("what was moved", "is here no more", calls.call(moving, HandleMethod::Null).error, Error::BadHandle);
    checks.equal("what was moved", "cannot be dropped", calls.drop(moving), Error::BadHandle);
    checks.equal("what was moved", "is there", children.state(child).capabilities, 1U);
    checks.equal("revoke", "where it came from", calls.call(parent, HandleMethod::Revoke).error, kGood);
    checks.equal("what was moved", "kept its place in the tree", invoked(children, child, moved.answer<u64>(), kUsage),
                 static_cast<u64>(Error::BadHandle));
    calls.drop(parent);
    children.drop(child);
}

void try_killing(Children& children, Checks& checks) {
    const auto expect_killed = [&](std::string_view what, const Child& child) {
        checks.equal("kill", what, children.kill(child), kGood);
        expect_end(checks, what, children.wait(child), EndReason::Killed, 0);
        checks.equal(what, "threads", children.state(child).threads, 0U);
        checks.equal("kill", "again", children.kill(child), kGood);
        expect_end(checks, "waiting again", children.wait(child), EndReason::Killed, 0);
        children.drop(child);
    };
    expect_killed("an empty process", children.create());

    const Child many = children.create();
    const Outcome ring = children.create_ring(many);
    std::array<Handle, 4> threads{
        children.create_thread(many, {.routine = Routine::Spin, .first = Children::kBoard}).handle(),
        children.start(many, {.routine = Routine::Spin, .first = Children::kBoard}),
        children.start(many, {.routine = Routine::Park}, ring.handle()),
        children.start(many, {.routine = Routine::Spin, .first = Children::kBoard + 8}),
    };
    checks.equal("a process", "has threads", children.state(many).threads, 4U);
    const u64 waiting = children.calls().post(Calls::entry(many.process, process_method(ProcessMethod::Wait)));
    const u64 waiting_for_thread =
        children.calls().post(Calls::entry(threads[1], method_of(ObjectKind::Thread, ::abi::ThreadMethod::Wait)));
    expect_killed("one that spins, waits and was not started", many);
    expect_end(checks, "who waited before", children.calls().take(waiting).answer<EndReport>(), EndReason::Killed, 0);
    expect_end(checks, "who waited for a thread", children.calls().take(waiting_for_thread).answer<EndReport>(),
               EndReason::Killed, 0);
    for (const Handle thread : threads) {
        expect_end(checks, "a thread of it", children.wait_for_thread(thread), EndReason::Killed, 0);
        children.calls().drop(thread);
    }
    children.calls().drop(ring.handle());
}

/// One that holds itself, its threads and much else gives all of it back.
void make_and_end(Children& children, u32 number) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    const Handle thread = number % 2 == 0 ? children.start(child, {.routine = Routine::Exit})
                                          : children.start(child, {.routine = Routine::Park}, ring.handle());
    const Handle own_memory = calls.create_memory(1 << 14);
    for (const Handle handle : {child.process, child.space, ring.handle(), thread, own_memory}) {
        call_with_slot(calls, child.process, process_method(ProcessMethod::Install),
                       {handle, ::abi::kAllPermissions, SlotMode::Derive});
    }
    children.kill(child);
    children.wait(child);
    for (const Handle handle : {ring.handle(), thread, own_memory}) {
        calls.drop(handle);
    }
    children.drop(child);
}

void try_giving_back(Children& children, Checks& checks) {
    constexpr u32 kWarm = 20;
    constexpr u32 kMany = 200;
    for (u32 i = 0; i < kWarm; ++i) {
        make_and_end(children, i);
    }
    const ::abi::BudgetUsage before = settled_usage(children.calls());
    for (u32 i = 0; i < kMany; ++i) {
        make_and_end(children, i);
    }
    const ::abi::BudgetUsage after = usage_after(children.calls(), before);
    checks.equal("200 processes", "give their memory back", after.memory_bytes, before.memory_bytes);
    checks.equal("200 processes", "give their capabilities back", after.capabilities, before.capabilities);
    checks.equal("200 processes", "give their threads back", after.threads, before.threads);
}

} // namespace

void try_processes(Calls& calls, Checks& checks) {
    Children children(calls);
    try_creation(children, checks);
    try_ends(children, checks);
    try_rings(children, checks);
    try_installation(children, checks);
    try_killing(children, checks);
    try_giving_back(children, checks);
    children.end();
}

} // namespace tests::abi
