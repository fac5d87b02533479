// Threads: begun, suspended, looked into, ended.
#include "tests/abi/cases.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;
using ::abi::EndReport;
using ::abi::ThreadMethod;
using ::abi::ThreadRegisters;

constexpr u16 thread_method(ThreadMethod method) { return method_of(ObjectKind::Thread, method); }

// Places in groups 0 and 2 of abi::ThreadRegisters.
constexpr base::usize kRbx = 1;
constexpr base::usize kRsi = 4;
constexpr base::usize kRdi = 5;
constexpr base::usize kRip = 2;
constexpr base::usize kRflags = 3;
constexpr base::usize kFsBase = 4;

Outcome read_state(Calls& calls, Handle thread, u64 group) {
    return calls.call(thread, thread_method(ThreadMethod::ReadState), group);
}

Error write_state(Calls& calls, Handle thread, const ThreadRegisters& registers) {
    return calls.call(thread, thread_method(ThreadMethod::WriteState), registers).error;
}

void wait_until_it_counts(Children& children, u64 word) {
    const u64 before = children.board(word);
    while (children.board(word) == before) {
    }
}

void expect_end(Checks& checks, std::string_view what, const EndReport& is, EndReason reason) {
    checks.equal(what, "reason", is.reason, static_cast<u32>(reason));
}

void try_binding(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Child other = children.create();
    const Outcome ring = children.create_ring(child);
    const Outcome foreign = children.create_ring(other);
    const auto error_of = [&](const Beginning& beginning, Handle with) {
        return children.create_thread(child, beginning, with).error;
    };
    const Beginning beginning{.routine = Routine::Park};
    checks.equal("create_thread", "with another's ring", error_of(beginning, foreign.handle()), Error::InvalidArgument);
    checks.equal("create_thread", "with what is no ring", error_of(beginning, child.process), Error::WrongType);
    const Handle weak = calls.derive(ring.handle(), ::abi::kRead);
    checks.equal("create_thread", "with a ring, without Execute", error_of(beginning, weak), Error::AccessDenied);
    calls.drop(weak);
    constexpr u64 kNoProcessor = 100'000;
    checks.equal("create_thread", "on no processor",
                 error_of({.routine = Routine::Park, .processor = kNoProcessor}, {}), Error::InvalidArgument);
    const Outcome first = children.create_thread(child, beginning, ring.handle());
    checks.equal("create_thread", "with a ring", first.error, kGood);
    checks.equal("create_thread", "with a ring that is bound", error_of(beginning, ring.handle()), Error::Busy);
    checks.equal("drop", "one that was never started", calls.drop(first.handle()), kGood);
    // It goes after a grace period.
    Outcome second{};
    do {
        second = children.create_thread(child, beginning, ring.handle());
    } while (second.error == Error::Busy);
    checks.equal("create_thread", "when its thread is gone", second.error, kGood);
    checks.equal("start", "it", children.thread_call(second.handle(), ThreadMethod::Start), kGood);
    checks.equal("start", "again", children.thread_call(second.handle(), ThreadMethod::Start), Error::BadState);
    children.kill(child);
    children.wait(child);
    checks.equal("start", "when the process has ended", children.thread_call(second.handle(), ThreadMethod::Start),
                 Error::BadState);
    checks.equal("create_thread", "when the process has ended", error_of(beginning, {}), Error::BadState);
    for (const Handle handle : {ring.handle(), foreign.handle(), second.handle()}) {
        calls.drop(handle);
    }
    children.drop(child);
    children.drop(other);
}

void try_new_one(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Handle thread = children.create_thread(child, {.routine = Routine::Spin, .first = 5}).handle();
    auto general = read_state(calls, thread, 0).answer<ThreadRegisters>();
    checks.equal("read_state", "RDI of a new one", general.values.at(kRdi), static_cast<u64>(Routine::Spin));
    checks.equal("read_state", "RSI", general.values.at(kRsi), 5U);
    checks.equal("read_state", "of no group", read_state(calls, thread, 3).error, Error::InvalidArgument);
    general.group = 3;
    checks.equal("write_state", "of no group", write_state(calls, thread, general), Error::InvalidArgument);
    general.group = 0;
    auto special = read_state(calls, thread, 2).answer<ThreadRegisters>();
    checks.equal("read_state", "RIP", special.values.at(kRip), Children::kCode);
    for (const u64 nowhere : {u64{0x8000'0000'0000}, ~u64{0}, u64{0xffff'8000'0000'0000}}) {
        auto wrong = special;
        wrong.values.at(kRip) = nowhere;
        checks.equal("write_state", "RIP where no code is", write_state(calls, thread, wrong), Error::InvalidArgument);
        wrong = special;
        wrong.values.at(kFsBase) = nowhere;
        checks.equal("write_state", "a base in the kernel", write_state(calls, thread, wrong), Error::InvalidArgument);
    }
    special.values.at(kRflags) = ~u64{0};
    checks.equal("write_state", "all flags", write_state(calls, thread, special), kGood);
    constexpr u64 kHarmlessFlags = 0xed7;
    checks.equal("write_state", "takes harmless ones",
                 read_state(calls, thread, 2).answer<ThreadRegisters>().values.at(kRflags), kHarmlessFlags);
    general.values.at(kRdi) = static_cast<u64>(Routine::Exit);
    general.values.at(kRsi) = 77;
    checks.equal("write_state", "what it begins with", write_state(calls, thread, general), kGood);
    children.thread_call(thread, ThreadMethod::Start);
    const EndReport report = children.wait(child);
    checks.equal("a thread", "does what was written", report.code, 77U);
    checks.equal("read_state", "of an ended one", read_state(calls, thread, 0).error, Error::BadState);
    checks.equal("suspend", "an ended one", children.thread_call(thread, ThreadMethod::Suspend), Error::BadState);
    checks.equal("kill", "an ended one", children.thread_call(thread, ThreadMethod::Kill), kGood);
    calls.drop(thread);
    children.drop(child);
}

/// Of one that counts in word `word` of the board.
void try_suspension(Children& children, Checks& checks, Handle thread, u64 word) {
    Calls& calls = children.calls();
    wait_until_it_counts(children, word);
    checks.equal("resume", "one that runs", children.thread_call(thread, ThreadMethod::Resume), Error::BadState);
    checks.equal("read_state", "of one that runs", read_state(calls, thread, 0).error, Error::BadState);
    checks.equal("suspend", "it", children.thread_call(thread, ThreadMethod::Suspend), kGood);
    checks.equal("suspend", "again", children.thread_call(thread, ThreadMethod::Suspend), kGood);
    const u64 counted = children.board(word);
    auto general = read_state(calls, thread, 0).answer<ThreadRegisters>();
    constexpr u64 kMark = 0x5217;
    checks.equal("read_state", "RBX of a suspended one", general.values.at(kRbx), kMark);
    checks.equal("read_state", "RSI of a suspended one", general.values.at(kRsi), Children::kBoard + 8 * word);
    const u64 rip = read_state(calls, thread, 2).answer<ThreadRegisters>().values.at(kRip);
    checks.that("read_state", "RIP of a suspended one", rip > Children::kCode && rip < Children::kCode + 4096);
    checks.equal("a suspended thread", "does nothing", children.board(word), counted);
    // From here on it counts in the next word.
    general.values.at(kRsi) += 8;
    checks.equal("write_state", "of a suspended one", write_state(calls, thread, general), kGood);
    checks.equal("resume", "it", children.thread_call(thread, ThreadMethod::Resume), kGood);
    wait_until_it_counts(children, word + 1);
    checks.equal("a resumed thread", "goes on as was written", children.board(word), counted);
    checks.equal("suspend", "it once more", children.thread_call(thread, ThreadMethod::Suspend), kGood);
    checks.equal("kill", "a suspended one", children.thread_call(thread, ThreadMethod::Kill), kGood);
    expect_end(checks, "a thread", children.wait_for_thread(thread), EndReason::Killed);
    expect_end(checks, "waiting again", children.wait_for_thread(thread), EndReason::Killed);
}

void try_all_processors(Children& children, Checks& checks) {
    const Child child = children.create();
    constexpr u64 kMost = 4;
    std::array<Handle, kMost> threads;
    u64 count = 0;
    for (; count < kMost; ++count) {
        const Outcome made = children.create_thread(
            child, {.routine = Routine::Spin, .first = Children::kBoard + 16 * (count + 1), .processor = count});
        if (made.error != kGood) {
            checks.equal("create_thread", "on a processor that is not there", made.error, Error::InvalidArgument);
            break;
        }
        threads.at(count) = made.handle();
        checks.equal("start", "on another processor", children.thread_call(made.handle(), ThreadMethod::Start), kGood);
    }
    for (u64 i = 0; i < count; ++i) {
        wait_until_it_counts(children, 2 * (i + 1));
    }
    checks.equal("a process", "has its threads", children.state(child).threads, count);
    for (u64 i = 0; i < count; ++i) {
        try_suspension(children, checks, threads.at(i), 2 * (i + 1));
        checks.equal("a killed thread", "leaves the others", children.state(child).threads, count - 1 - i);
        checks.equal("a killed thread", "leaves its process", children.state(child).reason, 0U);
        children.calls().drop(threads.at(i));
    }
    children.kill(child);
    children.wait(child);
    children.drop(child);
}

void try_suspending_before_start(Children& children, Checks& checks) {
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    const Handle thread = children.create_thread(child, {.routine = Routine::Spin, .first = Children::kBoard}).handle();
    const u64 counted = children.board(0);
    checks.equal("suspend", "a new one", children.thread_call(thread, ThreadMethod::Suspend), kGood);
    checks.equal("start", "it", children.thread_call(thread, ThreadMethod::Start), kGood);
    checks.equal("suspend", "is in force then", children.thread_call(thread, ThreadMethod::Suspend), kGood);
    checks.equal("a suspended thread", "does not begin", children.board(0), counted);
    checks.equal("resume", "it", children.thread_call(thread, ThreadMethod::Resume), kGood);
    wait_until_it_counts(children, 0);

    const Handle parked = children.start(child, {.routine = Routine::Park}, ring.handle());
    checks.equal("suspend", "one that waits", children.thread_call(parked, ThreadMethod::Suspend), kGood);
    checks.equal("resume", "one that waits", children.thread_call(parked, ThreadMethod::Resume), kGood);
    checks.equal("suspend", "it again", children.thread_call(parked, ThreadMethod::Suspend), kGood);
    const Handle never = children.create_thread(child, {.routine = Routine::Exit}).handle();
    checks.equal("kill", "one that was never started", children.thread_call(never, ThreadMethod::Kill), kGood);
    expect_end(checks, "one that was never started", children.wait_for_thread(never), EndReason::Killed);
    children.kill(child);
    children.wait(child);
    for (const Handle handle : {thread, parked, never, ring.handle()}) {
        children.calls().drop(handle);
    }
    children.drop(child);
}

} // namespace

void try_threads(Calls& calls, Checks& checks) {
    Children children(calls);
    try_binding(children, checks);
    try_new_one(children, checks);
    try_all_processors(children, checks);
    try_suspending_before_start(children, checks);
    children.end();
}

} // namespace tests::abi
