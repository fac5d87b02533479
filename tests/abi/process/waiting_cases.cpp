// Entries that wait for what may never come: cancelled, late, or done after all.
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;
using ::abi::EndReport;
using ::abi::ProcessMethod;
using ::abi::ThreadMethod;

constexpr u64 kPage = 4096;
constexpr u64 kSoon = 10'000'000;
constexpr u64 kFar = u64{1} << 62;

::abi::Submission wait_entry(const Child& child, u64 deadline = 0) {
    ::abi::Submission entry = Calls::entry(child.process, method_of(ObjectKind::Process, ProcessMethod::Wait));
    entry.deadline = deadline;
    return entry;
}

void end(Children& children, const Child& child) {
    children.kill(child);
    children.wait(child);
    children.drop(child);
}

void try_cancelled(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Handle thread = children.start(child, {.routine = Routine::Spin, .first = Children::kBoard});
    const u64 waiting = calls.post(wait_entry(child));
    const u64 other = calls.post(wait_entry(child));
    const u64 for_thread = calls.post(Calls::entry(thread, method_of(ObjectKind::Thread, ThreadMethod::Wait)));
    checks.equal("cancel", "what nobody waits for", calls.cancel(other + 100), 0U);
    checks.equal("cancel", "a wait for a process", calls.cancel(waiting), 1U);
    checks.equal("a wait for a process", "is cancelled", calls.take(waiting).error, Error::Cancelled);
    checks.equal("cancel", "it again", calls.cancel(waiting), 0U);
    checks.that("cancel", "leaves other waits", !calls.has(other) && !calls.has(for_thread));
    checks.equal("cancel", "a wait for a thread", calls.cancel(for_thread), 1U);
    checks.equal("a wait for a thread", "is cancelled", calls.take(for_thread).error, Error::Cancelled);
    children.kill(child);
    checks.equal("another wait", "has its answer", calls.take(other).answer<EndReport>().reason,
                 static_cast<u32>(EndReason::Killed));
    checks.equal("cancel", "what is over", calls.cancel(other), 0U);
    checks.that("cancelled waits", "have no second result", !calls.has_completion());
    calls.drop(thread);
    children.drop(child);
}

void try_late(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const u64 begin = calls.now();
    checks.equal("a wait", "until soon", calls.send(wait_entry(child, begin + kSoon)).error, Error::TimedOut);
    checks.that("a wait", "until soon takes that long", calls.now() >= begin + kSoon);
    checks.equal("a wait", "until long ago", calls.send(wait_entry(child, 1)).error, Error::TimedOut);
    const u64 far = calls.post(wait_entry(child, kFar));
    const u64 cancelled = calls.post(wait_entry(child, kFar));
    const u64 soon = calls.post(wait_entry(child, calls.now() + kSoon));
    checks.equal("cancel", "what has a deadline", calls.cancel(cancelled), 1U);
    checks.equal("a wait with a deadline", "is cancelled", calls.take(cancelled).error, Error::Cancelled);
    checks.equal("another", "is late", calls.take(soon).error, Error::TimedOut);
    checks.that("one with time", "waits", !calls.has(far));
    children.kill(child);
    checks.equal("a wait", "that is over before its deadline", calls.take(far).answer<EndReport>().reason,
                 static_cast<u32>(EndReason::Killed));
    checks.equal("a wait", "for what is over, until long ago", calls.send(wait_entry(child, 1)).error, kGood);
    children.drop(child);
}

/// Each has one result, whichever comes first; and what was given up is paid back.
void try_races(Children& children, Checks& checks) {
    constexpr u32 kRounds = 60;
    constexpr u32 kSureRounds = 20;
    constexpr u64 kStep = 20'000;
    Calls& calls = children.calls();
    u32 ended = 0;
    u32 late = 0;
    u32 wrong = 0;
    for (u32 round = 0; round < kRounds; ++round) {
        const Child child = children.create();
        const u64 first = calls.post(wait_entry(child, calls.now() + round * kStep));
        const u64 second = calls.post(wait_entry(child, kFar));
        // Now and then one is late for sure, however slowly timers ring here.
        while (round % kSureRounds == 0 && !calls.has(first)) {
        }
        const Outcome thread =
            children.create_thread(child, {.routine = Routine::Exit, .first = round, .processor = round % 2});
        // There may be no second processor.
        if (thread.error == kGood) {
            children.thread_call(thread.handle(), ThreadMethod::Start);
        } else {
            children.kill(child);
        }
        const u64 count = round % 3 == 0 ? calls.cancel(second) : 0;
        const Outcome one = calls.take(first);
        const Outcome two = calls.take(second);
        ended += one.error == kGood ? 1 : 0;
        late += one.error == Error::TimedOut ? 1 : 0;
        wrong += two.error != (count == 1 ? Error::Cancelled : kGood) ? 1 : 0;
        children.wait(child);
        if (thread.error == kGood) {
            calls.drop(thread.handle());
        }
        children.drop(child);
    }
    checks.equal("waits and deadlines", "have one result each", ended + late, kRounds);
    checks.that("waits and deadlines", "some are late", late != 0);
    checks.equal("waits and cancellations", "tell the truth", wrong, 0U);
    checks.that("waits and races", "leave nothing behind", !calls.has_completion());
}

void try_no_leak(Children& children, Checks& checks) {
    constexpr u32 kMany = 200;
    Calls& calls = children.calls();
    const Child child = children.create();
    const auto give_up_many = [&] {
        for (u32 i = 0; i < kMany; ++i) {
            calls.cancel(calls.post(wait_entry(child, kFar)));
            calls.take();
        }
    };
    give_up_many();
    const ::abi::BudgetUsage before = settled_usage(calls);
    give_up_many();
    checks.equal("waits that were given up", "are paid back", usage_after(calls, before).memory_bytes,
                 before.memory_bytes);
    end(children, child);
}

/// A child that waits for another when it is killed.
void try_dying_waiter(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child waited = children.create();
    const Child waiter = children.create();
    const Outcome ring = children.create_ring(waiter);
    const u64 handle = call_with_slot(calls, waiter.process, method_of(ObjectKind::Process, ProcessMethod::Install),
                                      {waited.process, ::abi::kRead, ::abi::SlotMode::Derive})
                           .answer<u64>();
    const Handle waiting = children.start(waiter,
                                          {.routine = Routine::Invoke,
                                           .first = ring.answer<u64>(),
                                           .second = handle,
                                           .third = method_of(ObjectKind::Process, ProcessMethod::Wait)},
                                          ring.handle());
    checks.equal("a waiter", "waits", calls.send(wait_entry(waiter, calls.now() + kSoon)).error, Error::TimedOut);
    calls.drop(ring.handle());
    end(children, waiter);
    checks.equal("who waited", "is gone; who is waited for", calls.send(wait_entry(waited, 1)).error, Error::TimedOut);
    end(children, waited);
    calls.drop(waiting);
}

/// Nobody can start it any more.
void try_forsaken_thread(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Handle thread = children.create_thread(child, {.routine = Routine::Exit}).handle();
    const auto wait_for_thread = [&] {
        return calls.post(Calls::entry(thread, method_of(ObjectKind::Thread, ThreadMethod::Wait)));
    };
    const u64 cancelled = wait_for_thread();
    const u64 waiting = wait_for_thread();
    checks.equal("cancel", "a wait for what never ran", calls.cancel(cancelled), 1U);
    calls.take(cancelled);
    checks.equal("drop", "what never ran, and is waited for", calls.drop(thread), kGood);
    checks.equal("who waits for what never ran", "hears of its end", calls.take(waiting).answer<EndReport>().reason,
                 static_cast<u32>(EndReason::Killed));
    end(children, child);
}

/// Methods that wait for a page.
void try_pages(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    ChannelCalls channel(calls);
    const Handle paged =
        calls
            .call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                  ::abi::CreatePagedMemoryArguments{.bytes = 4 * kPage, .flags = 0}, lend(channel.client))
            .handle();
    const auto reading = [&](u64 page, u64 deadline) {
        ::abi::Submission entry = Calls::with(paged, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Read),
                                              ::abi::CopyArguments{.offset = page * kPage, .bytes = 8});
        entry.deadline = deadline;
        return calls.post(entry);
    };
    const u64 first = reading(0, 0);
    const u64 token = channel.take().reply;
    checks.equal("cancel", "a wait for a page", calls.cancel(first), 1U);
    checks.equal("a wait for a page", "is cancelled", calls.take(first).error, Error::Cancelled);
    const u64 begin = calls.now();
    checks.equal("a wait for a page", "is late", calls.take(reading(1, begin + kSoon)).error, Error::TimedOut);
    checks.that("a wait for a page", "is late soon", calls.now() < begin + 1'000'000'000);
    const u64 second = channel.take().reply;
    const u64 third = reading(2, begin + 100'000'000'000);
    const u64 refused = channel.take().reply;
    channel.submit([&] {
        ::abi::Submission entry = ChannelCalls::answer_entry(refused, 1);
        entry.method = static_cast<u16>(Error::DeviceError);
        return entry;
    }());
    checks.equal("a wait for a page", "with time has its answer", calls.take(third).error, Error::DeviceError);
    channel.answer(token);
    channel.answer(second);
    calls.drop(paged);
    channel.drop();
}

/// What is done in slices goes no further when its time is over.
void try_slices(Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(kPage);
    const Handle child = calls.derive(memory, ::abi::kAllPermissions);
    ::abi::Submission entry = Calls::entry(memory, static_cast<u16>(HandleMethod::Revoke));
    entry.deadline = 1;
    checks.equal("revoke", "until long ago", calls.send(entry).error, Error::TimedOut);
    entry.deadline = kFar;
    checks.equal("revoke", "with time", calls.send(entry).error, kGood);
    checks.equal("revoke", "is done", calls.call(child, HandleMethod::Null).error, Error::BadHandle);
    calls.drop(child);
    calls.drop(memory);
}

} // namespace

void try_waiting(Calls& calls, Checks& checks) {
    Children children(calls);
    try_cancelled(children, checks);
    try_late(children, checks);
    try_races(children, checks);
    try_no_leak(children, checks);
    try_dying_waiter(children, checks);
    try_forsaken_thread(children, checks);
    try_pages(children, checks);
    try_slices(calls, checks);
    children.end();
}

} // namespace tests::abi
