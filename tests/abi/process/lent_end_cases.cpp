// Channels that were lent for pages and for faults end with the capability that was lent.
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::EndReason;

constexpr u64 kPage = 4096;
constexpr u64 kPages = 32;
constexpr u64 kPlace = 0x5000'0030'0000;
constexpr u64 kPageFault = 14;
constexpr u64 kSoon = 10'000'000;
constexpr u64 kRounds = 40;
/// Nanoseconds: less than a fault, or who waits for a page, has.
constexpr u64 kPatience = 4'000'000'000;

/// A channel, and two capabilities to its client's end, one below the other. The lower one is lent.
struct LentChannel {
    explicit LentChannel(Children& with, u64 tag = kServerTag)
        : children(with), calls(with.calls()), channel(with.calls(), tag), parent(derive(channel.client)),
          own(derive(parent)) {}

    Handle derive(Handle from, u64 expiry = 0) { return calls.derive(from, ::abi::kAllPermissions, expiry); }

    Error revoke(Handle handle) { return calls.call(handle, HandleMethod::Revoke).error; }

    void set_expiry(Handle handle, u64 expiry) {
        calls.call(handle, static_cast<u16>(HandleMethod::SetExpiry), expiry);
    }

    /// Lends the same anew, up to `expiry`.
    void renew(u64 expiry = 0) {
        calls.drop(own);
        own = derive(parent, expiry);
    }

    ::abi::Completion request() {
        calls.wait();
        return calls.take();
    }

    Error answer(const ::abi::Completion& request, u16 status) {
        return calls.send(Calls::entry(Handle{request.reply}, status)).error;
    }

    void end() {
        for (const Handle handle : {own, parent}) {
            calls.drop(handle);
        }
        channel.drop();
    }

    Children& children;
    Calls& calls;
    ChannelCalls channel;
    Handle parent;
    Handle own;
};

void expect_end(Checks& checks, std::string_view what, Children& children, const Child& child) {
    const auto report = children.wait(child);
    checks.equal(what, "reason", report.reason, static_cast<u32>(EndReason::Faulted));
    checks.equal(what, "code", report.code, kPageFault);
    children.drop(child);
}

/// A Memory whose pages are asked for through what is lent.
struct Paged {
    explicit Paged(LentChannel& through)
        : lent(through), calls(through.calls),
          memory(calls
                     .call(calls.root(ObjectKind::Budget),
                           method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreatePagedMemory),
                           ::abi::CreatePagedMemoryArguments{.bytes = kPages * kPage, .flags = 0}, lend(through.own))
                     .handle()) {}

    u64 read(u64 page) {
        return calls.post(Calls::with(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Read),
                                      ::abi::CopyArguments{.offset = page * kPage, .bytes = 8}));
    }

    /// A process that writes to a page of it.
    Child start_writer() {
        const Child child = lent.children.create();
        calls.call(child.space, method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                   ::abi::MapArguments{.address = kPlace,
                                       .offset = 0,
                                       .bytes = kPages * kPage,
                                       .access = ::abi::kMapRead | ::abi::kMapWrite,
                                       .flags = 0},
                   lend(memory));
        calls.drop(lent.children.start(child, {.routine = Routine::WriteWord, .first = kPlace}));
        return child;
    }

    LentChannel& lent;
    Calls& calls;
    Handle memory;
};

void try_revoked_pager(Children& children, Checks& checks, u32 level) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    Paged paged(lent);
    const u64 reading = paged.read(3);
    const auto request = lent.request();
    checks.that("a page", "is waited for", !calls.has(reading));
    const Handle above = std::array{lent.own, lent.parent, lent.channel.client}.at(level);
    checks.equal("revoke", "what the channel was lent by", lent.revoke(above), kGood);
    checks.that("who waits for a page", "hears of it", calls.has(reading));
    checks.equal("who waits for a page", "has no pager", calls.take(reading).error, Error::PeerClosed);
    checks.equal("who comes later", "has none either", calls.take(paged.read(4)).error, Error::PeerClosed);
    checks.equal("answer", "what nobody waits for", lent.answer(request, 0), Error::BadHandle);
    checks.that("a pager", "is asked no more", !calls.has_completion());
    calls.drop(paged.memory);
    lent.end();
}

void try_pager_not_reached(Children& children, Checks& checks) {
    LentChannel lent(children, 0);
    Calls& calls = children.calls();
    Paged paged(lent);
    std::array<u64, 20> readings;
    for (u64 page = 0; page < readings.size(); ++page) {
        readings.at(page) = paged.read(page);
    }
    checks.equal("revoke", "with many pages asked for", lent.revoke(lent.parent), kGood);
    u32 closed = 0;
    for (const u64 reading : readings) {
        closed += calls.has(reading) && calls.take(reading).error == Error::PeerClosed ? 1 : 0;
    }
    checks.equal("who waits for many pages", "hears of it", closed, readings.size());
    lent.channel.attach(lent.channel.server, kServerTag);
    checks.that("what was asked", "is never delivered", !calls.has_completion());
    const Child child = paged.start_writer();
    expect_end(checks, "a process without a pager", children, child);
    calls.drop(paged.memory);
    lent.end();
}

void try_mute_pager(Children& children, Checks& checks) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    Paged paged(lent);
    const Child child = paged.start_writer();
    checks.equal("answer", "without the page", lent.answer(lent.request(), 0), kGood);
    checks.equal("drop", "what the channel was lent by", calls.drop(lent.own), kGood);
    const u64 reading = paged.read(1);
    checks.equal("a pager", "outlives what its channel was lent by", lent.request().method,
                 static_cast<u16>(::abi::KernelRequest::Page));
    const u64 begin = calls.now();
    checks.equal("revoke", "above that", lent.revoke(lent.parent), kGood);
    checks.equal("who waits for a page", "hears of it", calls.take(reading).error, Error::PeerClosed);
    expect_end(checks, "who waits for what was answered", children, child);
    checks.that("who waits for what was answered", "ends before its patience", calls.now() < begin + kPatience);
    calls.drop(paged.memory);
    lent.end();
}

void try_expired_pager(Children& children, Checks& checks) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    lent.renew(calls.now() + kSoon);
    Paged brief(lent);
    const u64 begin = calls.now();
    checks.equal("who waits for a page", "hears that its pager's time is over", calls.take(brief.read(0)).error,
                 Error::PeerClosed);
    lent.renew();
    Paged paged(lent);
    const u64 reading = paged.read(0);
    lent.set_expiry(lent.channel.client, calls.now() + kSoon);
    checks.equal("who waits for a page", "hears that the time above is over", calls.take(reading).error,
                 Error::PeerClosed);
    checks.that("an expiry", "comes before patience ends", calls.now() < begin + kPatience);
    for (const Handle memory : {brief.memory, paged.memory}) {
        calls.drop(memory);
    }
    lent.end();
}

/// A server on another processor answers, at the same time or before or after.
void try_pager_races(Children& children, Checks& checks, u64 processor) {
    LentChannel lent(children, 0);
    Calls& calls = children.calls();
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(lent.channel.server));
    const Outcome thread = children.create_thread(
        child, {.routine = Routine::Serve, .first = ring.answer<u64>(), .processor = processor}, ring.handle());
    const u64 rounds = thread.error == kGood ? kRounds : 0;
    children.thread_call(thread.handle(), ::abi::ThreadMethod::Start);
    u64 closed = 0;
    for (u64 round = 0; round < rounds; ++round) {
        Paged paged(lent);
        const u64 first = paged.read(0);
        const u64 second = paged.read(1);
        lent.revoke(round % 2 == 0 ? lent.own : lent.parent);
        closed += calls.take(first).error == Error::PeerClosed ? 1 : 0;
        closed += calls.take(second).error == Error::PeerClosed ? 1 : 0;
        calls.drop(paged.memory);
        lent.renew();
    }
    checks.equal("pages and revocations", "have one result each", closed, 2 * rounds);
    children.kill(child);
    children.wait(child);
    if (thread.error == kGood) {
        calls.drop(thread.handle());
    }
    calls.drop(ring.handle());
    children.drop(child);
    lent.end();
}

/// A process that faults, and tells that through what is lent.
Error tell_faults(Calls& calls, const Child& child, Handle end, u64 which = ::abi::kFaultHandler) {
    ::abi::Submission entry =
        Calls::with(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::SetFaultChannel), which);
    entry.slots = 1;
    entry.slot[0] = lend(end).word();
    return calls.send(entry).error;
}

void start_fault(Children& children, const Child& child, u64 processor = ::abi::kAnyProcessor) {
    const Outcome thread = children.create_thread(child, {.routine = Routine::Fault, .processor = processor});
    children.thread_call(thread.handle(), ::abi::ThreadMethod::Start);
    children.calls().drop(thread.handle());
}

void try_revoked_handler(Children& children, Checks& checks) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    for (const Handle above : {lent.own, lent.parent}) {
        const Child child = children.create();
        checks.equal("set_fault_channel", "by what is lent", tell_faults(calls, child, lent.own), kGood);
        start_fault(children, child);
        const auto request = lent.request();
        checks.equal("revoke", "what the channel was lent by", lent.revoke(above), kGood);
        expect_end(checks, "whose handler was revoked", children, child);
        checks.equal("answer", "a fault of who is gone", lent.answer(request, 0), Error::BadHandle);
    }
    lent.renew();
    const Child later = children.create();
    tell_faults(calls, later, lent.own);
    lent.revoke(lent.own);
    start_fault(children, later);
    expect_end(checks, "who faults after that", children, later);
    checks.that("a fault", "is not told any more", !calls.has_completion());
    lent.channel.detach(lent.channel.server);
    const Child waiting = children.create();
    tell_faults(calls, waiting, lent.own);
    start_fault(children, waiting);
    ::abi::Submission wait = Calls::entry(waiting.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Wait));
    wait.deadline = calls.now() + kSoon;
    checks.equal("a fault", "waits for its handler", calls.send(wait).error, Error::TimedOut);
    lent.revoke(lent.parent);
    expect_end(checks, "whose fault was not delivered", children, waiting);
    lent.channel.attach(lent.channel.server, kServerTag);
    checks.that("a fault", "is never delivered", !calls.has_completion());
    lent.end();
}

void try_expired_handler(Children& children, Checks& checks) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    lent.renew(calls.now() + kSoon);
    const Child first = children.create();
    const u64 begin = calls.now();
    tell_faults(calls, first, lent.own);
    start_fault(children, first);
    expect_end(checks, "whose handler's time is over", children, first);
    lent.renew();
    const Child second = children.create();
    tell_faults(calls, second, lent.own);
    start_fault(children, second);
    lent.set_expiry(lent.parent, calls.now() + kSoon);
    expect_end(checks, "whose handler's time above is over", children, second);
    checks.that("a handler's expiry", "comes before patience ends", calls.now() < begin + kPatience);
    lent.end();
}

/// What the debugger does not hear of any more goes to the handler.
void try_revoked_debugger(Children& children, Checks& checks) {
    LentChannel debugger(children, 2);
    LentChannel handler(children, 1);
    LentChannel replaced(children, 3);
    Calls& calls = children.calls();
    const Child child = children.create();
    tell_faults(calls, child, debugger.own, ::abi::kDebugger);
    tell_faults(calls, child, replaced.own);
    tell_faults(calls, child, handler.own);
    checks.equal("revoke", "what was replaced", replaced.revoke(replaced.parent), kGood);
    start_fault(children, child);
    checks.equal("a debugger", "is told first", debugger.request().tag, 2U);
    debugger.revoke(debugger.parent);
    const auto second = handler.request();
    checks.equal("the handler", "is told what the debugger had", second.tag, 1U);
    handler.answer(second, 0);
    const auto again = handler.request();
    checks.equal("the handler", "alone is told the next", again.tag, 1U);
    handler.answer(again, 1);
    expect_end(checks, "who was debugged", children, child);
    for (LentChannel* const channel : {&debugger, &handler, &replaced}) {
        channel->end();
    }
}

void try_handler_races(Children& children, Checks& checks, u64 processor) {
    LentChannel lent(children);
    Calls& calls = children.calls();
    u64 faulted = 0;
    u64 rounds = 0;
    for (; rounds < kRounds; ++rounds) {
        const Child child = children.create();
        tell_faults(calls, child, lent.own);
        const Outcome thread = children.create_thread(child, {.routine = Routine::Fault, .processor = processor});
        if (thread.error != kGood) {
            children.drop(child);
            break;
        }
        children.thread_call(thread.handle(), ::abi::ThreadMethod::Start);
        lent.revoke(rounds % 2 == 0 ? lent.own : lent.parent);
        if (rounds % 3 == 0) {
            children.kill(child);
        }
        const auto reason = static_cast<EndReason>(children.wait(child).reason);
        faulted += reason == EndReason::Faulted || (rounds % 3 == 0 && reason == EndReason::Killed) ? 1 : 0;
        calls.drop(thread.handle());
        children.drop(child);
        lent.renew();
        while (calls.has_completion()) {
            calls.take();
        }
    }
    checks.equal("faults and revocations", "end their processes", faulted, rounds);
    lent.end();
}

void try_nothing_left(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    // What others left may be given back meanwhile.
    Checks uncounted;
    const auto run = [&] {
        try_pager_races(children, uncounted, 0);
        try_handler_races(children, uncounted, 0);
        try_pager_not_reached(children, uncounted);
    };
    run();
    const ::abi::BudgetUsage before = settled_usage(calls);
    run();
    const ::abi::BudgetUsage after = usage_after(calls, before);
    checks.equal("what was lent", "is paid back", after.memory_bytes, before.memory_bytes);
    checks.equal("what was lent", "leaves no capability", after.capabilities, before.capabilities);
}

} // namespace

void try_lent_ends(Calls& calls, Checks& checks) {
    Children children(calls);
    for (u32 level = 0; level < 3; ++level) {
        try_revoked_pager(children, checks, level);
    }
    try_pager_not_reached(children, checks);
    try_mute_pager(children, checks);
    try_expired_pager(children, checks);
    try_revoked_handler(children, checks);
    try_expired_handler(children, checks);
    try_revoked_debugger(children, checks);
    for (u64 processor = 0; processor < 4; ++processor) {
        try_pager_races(children, checks, processor);
        try_handler_races(children, checks, processor);
    }
    try_nothing_left(children, checks);
    children.end();
}

} // namespace tests::abi
