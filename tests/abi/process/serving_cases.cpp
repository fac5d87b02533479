// Calls between processes, and servers that die.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::EndReason;

/// A child whose ring a channel's server end is attached to. Without a thread: there is no such processor.
struct Server {
    Child child;
    Handle ring;
    Handle thread;
    ChannelCalls channel;

    /// Nothing of it is left but the test's ends of the channel.
    void kill(Children& children) {
        children.kill(child);
        children.wait(child);
        for (const Handle handle : {thread, ring}) {
            children.calls().drop(handle);
        }
        children.drop(child);
    }
};

Server start_server(Children& children, Routine routine, u64 processor = 0) {
    Calls& calls = children.calls();
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    ChannelCalls channel(calls, 0);
    calls.call(ring.handle(0), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(channel.server));
    const Outcome made = children.create_thread(
        child, {.routine = routine, .first = ring.answer<u64>(), .processor = processor}, ring.handle(0));
    const Handle thread = made.error == kGood ? made.handle() : Handle{};
    children.thread_call(thread, ::abi::ThreadMethod::Start);
    return {child, ring.handle(0), thread, channel};
}

/// How many of `count` calls come back with what they brought.
u32 echoes(Calls& calls, ChannelCalls& channel, u32 count) {
    u32 good = 0;
    for (u32 i = 0; i < count; ++i) {
        channel.send(i, u64{i} * 3);
        calls.wait();
        const Completion done = channel.take();
        good += done.status == 0 && done.tag == i && word_of(done) == u64{i} * 3 ? 1 : 0;
    }
    return good;
}

void try_echoes(Children& children, Checks& checks) {
    constexpr u32 kCalls = 200;
    Calls& calls = children.calls();
    for (u64 processor = 0; processor < 4; ++processor) {
        Server server = start_server(children, Routine::Serve, processor);
        if (server.thread == Handle{}) {
            server.channel.drop();
            server.kill(children);
            break;
        }
        checks.equal("calls", "of another process", echoes(calls, server.channel, kCalls), kCalls);
        calls.drop(server.channel.client);
        const auto report = children.wait(server.child);
        checks.equal("the last client's end", "is told", report.code, static_cast<u64>(Error::PeerClosed));
        server.kill(children);
        server.channel.drop();
    }
}

/// More than its ring keeps room for at a time: a server that waits has made room again before.
void try_capabilities(Children& children, Checks& checks) {
    constexpr u32 kCalls = 20;
    Calls& calls = children.calls();
    Server server = start_server(children, Routine::Serve);
    const Handle event = calls.create(::abi::BudgetMethod::CreateEvent);
    u32 good = 0;
    for (u32 i = 0; i < kCalls; ++i) {
        ::abi::Submission entry = ChannelCalls::call_entry(server.channel.client, i);
        entry.slots = 1;
        entry.slot[0] = ::abi::SlotWord(event, ::abi::kRead, ::abi::SlotMode::Derive).word();
        server.channel.submit(entry);
        calls.wait();
        good += server.channel.take().status == 0 ? 1 : 0;
    }
    checks.equal("calls", "with a capability each", good, kCalls);
    checks.equal("a server", "holds what came", children.state(server.child).capabilities, kCalls);
    calls.drop(event);
    calls.drop(server.channel.client);
    children.wait(server.child);
    server.kill(children);
    server.channel.drop();
}

void try_many_in_flight(Children& children, Checks& checks) {
    constexpr u32 kCalls = 40;
    Calls& calls = children.calls();
    Server server = start_server(children, Routine::Serve);
    for (u32 i = 0; i < kCalls; ++i) {
        server.channel.send(i, i);
    }
    u32 good = 0;
    for (u32 i = 0; i < kCalls; ++i) {
        calls.wait();
        const Completion done = server.channel.take();
        good += done.status == 0 && done.tag == i && word_of(done) == i ? 1 : 0;
    }
    checks.equal("calls", "many at once, in order", good, kCalls);
    server.kill(children);
    server.channel.drop();
}

/// Calls end once, with PeerClosed, whether they were delivered or waited behind a full window.
void try_dying_server(Children& children, Checks& checks, u64 processor) {
    constexpr u32 kCalls = 8;
    Calls& calls = children.calls();
    Server server = start_server(children, Routine::Park, processor);
    if (server.thread == Handle{}) {
        server.channel.drop();
        server.kill(children);
        return;
    }
    for (u32 i = 0; i < kCalls; ++i) {
        server.channel.send(i);
    }
    server.kill(children);
    calls.wait();
    const Completion first = server.channel.take();
    checks.equal("a dying server", "ends what it was given", first.status, static_cast<u16>(Error::PeerClosed));
    checks.equal("a dying server", "the first of all", first.tag, 0U);
    checks.that("a dying server", "and no other", !calls.has_completion());
    checks.equal("a dead server", "another one takes its end", server.channel.attach(server.channel.server, 6), kGood);
    u32 waited = 0;
    for (u32 i = 1; i < kCalls; ++i) {
        const Completion request = server.channel.take();
        waited += kind_of(request) == ::abi::CompletionKind::Request && request.tag == 6 ? 1 : 0;
        server.channel.answer(request.reply);
    }
    checks.equal("a dead server", "with what waited", waited, kCalls - 1);
    server.channel.drop();
}

void try_foreign_token(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    ChannelCalls own(calls);
    own.send(1);
    const Handle token{own.take().reply};
    own.answer(token.word());
    own.take();
    Server server = start_server(children, Routine::Park);
    server.channel.send(2);
    // The same record, most likely, but given to another process.
    u32 refused = 0;
    constexpr u32 kTries = 4;
    for (u32 i = 0; i < kTries; ++i) {
        const u64 forged = Handle::of_reply(token.slot(), token.generation() + i).word();
        refused += own.answer(forged) == Error::BadHandle ? 1 : 0;
    }
    checks.equal("a token", "of another process", refused, kTries);
    checks.that("a token", "of another process ends nothing", !calls.has_completion());
    server.kill(children);
    calls.wait();
    server.channel.take();
    server.channel.drop();
    own.drop();
}

/// What moves to a server that dies is gone with it, and paid back.
void try_lost_capability(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    const Handle memory = calls.create_memory(1 << 16);
    const Handle child = calls.derive(memory, ::abi::kAllPermissions);
    Server server = start_server(children, Routine::Park);
    ::abi::Submission entry = ChannelCalls::call_entry(server.channel.client, 3);
    entry.slots = 1;
    entry.slot[0] = ::abi::SlotWord(memory, ::abi::kAllPermissions, ::abi::SlotMode::Move).word();
    server.channel.submit(entry);
    checks.equal("moved to a server", "is gone here", calls.call(memory, HandleMethod::Null).error, Error::BadHandle);
    checks.equal("moved to a server", "its child is not", calls.call(child, HandleMethod::Null).error, kGood);
    server.kill(children);
    calls.wait();
    server.channel.take();
    checks.equal("after its end", "the child is there still", calls.call(child, HandleMethod::Null).error, kGood);
    calls.drop(child);
    server.channel.drop();
}

/// A server's end that a dead process held is closed, and its calls are over.
void try_lost_end(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    ChannelCalls lost(calls, 0);
    lost.send(7);
    Server server = start_server(children, Routine::Park);
    ::abi::Submission entry = ChannelCalls::call_entry(server.channel.client, 8);
    entry.slots = 1;
    entry.slot[0] = ::abi::SlotWord(lost.server, ::abi::kAllPermissions, ::abi::SlotMode::Move).word();
    server.channel.submit(entry);
    server.kill(children);
    u32 closed = 0;
    for (u32 i = 0; i < 2; ++i) {
        calls.wait();
        const Completion done = server.channel.take();
        closed += done.status == static_cast<u16>(Error::PeerClosed) && (done.tag == 7 || done.tag == 8) ? 1 : 0;
    }
    checks.equal("an end that a dead process held", "is closed", closed, 2U);
    server.channel.drop();
    lost.drop();
}

void add(Calls& calls, const ::abi::Submission& entry) {
    calls.ring().next() = entry;
    calls.ring().add();
}

/// Its thread waits, so that a call that comes alone goes the shortest way.
Server start_waiting_server(Children& children, Routine routine) {
    const Server server = start_server(children, routine);
    rest_until(children.calls(), [] { return true; });
    return server;
}

/// `client` names what the server that waits is called through, and must not be.
Error refusal(Calls& calls, Handle client) {
    add(calls, ChannelCalls::call_entry(client, 8));
    sdk::runtime::submit(1, 1);
    return calls.take(8).error;
}

void try_refused(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    Server server = start_waiting_server(children, Routine::Serve);
    const Handle expired = calls.derive(server.channel.client, ::abi::kAllPermissions, 1);
    const Handle powerless = calls.derive(server.channel.client, ::abi::kGrant);
    checks.equal("a call", "through what has expired", refusal(calls, expired), Error::Expired);
    checks.equal("a call", "without permission", refusal(calls, powerless), Error::AccessDenied);
    checks.equal("a call", "through what is no channel", refusal(calls, server.thread), Error::WrongType);
    Server other = start_waiting_server(children, Routine::Serve);
    add(calls, ChannelCalls::call_entry(server.channel.client, 1));
    add(calls, ChannelCalls::call_entry(other.channel.client, 2));
    sdk::runtime::submit(2, 2);
    checks.that("a wait for two answers", "is not over after one", calls.has(1) && calls.has(2));
    other.kill(children);
    other.channel.drop();
    for (const Handle handle : {expired, powerless}) {
        calls.drop(handle);
    }
    server.kill(children);
    server.channel.drop();
}

/// The answer to a chain's entry goes the shortest way or not: the next begins.
void try_chain(Children& children, Checks& checks) {
    constexpr u64 kLong = 10'000'000'000;
    Calls& calls = children.calls();
    Server server = start_waiting_server(children, Routine::Serve);
    ::abi::Submission first = ChannelCalls::call_entry(server.channel.client, 1);
    first.flags = static_cast<u16>(::abi::SubmissionFlag::Chained);
    add(calls, first);
    add(calls, ChannelCalls::call_entry(server.channel.client, 2));
    sdk::runtime::submit(2, 1);
    const u64 end = calls.now() + kLong;
    while (!calls.has(2) && calls.now() < end) {
    }
    checks.that("a chain of calls", "to another process", calls.has(1) && calls.has(2));
    server.kill(children);
    server.channel.drop();
    while (calls.has_completion()) {
        calls.take();
    }
}

void try_late_answer(Children& children, Checks& checks) {
    constexpr u64 kSoon = 10'000'000;
    Calls& calls = children.calls();
    Server server = start_waiting_server(children, Routine::Park);
    ::abi::Submission entry = ChannelCalls::call_entry(server.channel.client, 9);
    entry.deadline = calls.now() + kSoon;
    add(calls, entry);
    sdk::runtime::submit(1, 1);
    checks.equal("a call", "to a server that does not answer, is late", calls.take(9).error, Error::TimedOut);
    server.kill(children);
    server.channel.drop();
}

/// Its caller waits here for this answer alone.
void try_stale_answer(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    ChannelCalls channel(calls);
    const Child client = children.create();
    const Outcome ring = children.create_ring(client);
    const u64 end = call_with_slot(calls, client.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Install),
                                   {channel.client, ::abi::kAllPermissions, ::abi::SlotMode::Derive})
                        .answer<u64>();
    const Beginning beginning{.routine = Routine::Invoke, .first = ring.answer<u64>(), .second = end, .third = kMethod};
    const Handle thread = children.start(client, beginning, ring.handle());
    calls.wait();
    const Handle token{channel.take().reply};
    for (const u32 generation : {token.generation() - 1, token.generation() + 1}) {
        ::abi::Submission entry = ChannelCalls::answer_entry(Handle::of_reply(token.slot(), generation).word(), 4);
        entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
        add(calls, entry);
        sdk::runtime::submit(1, 1);
        checks.equal("a token", "of another call", calls.take(4).error, Error::BadHandle);
    }
    channel.answer(token.word());
    checks.equal("a call", "whose token was not guessed", children.wait(client).code, 100U);
    for (const Handle handle : {thread, ring.handle()}) {
        calls.drop(handle);
    }
    children.drop(client);
    channel.drop();
}

} // namespace

void try_serving(Calls& calls, Checks& checks) {
    Children children(calls);
    try_echoes(children, checks);
    try_capabilities(children, checks);
    try_many_in_flight(children, checks);
    try_dying_server(children, checks, 0);
    try_dying_server(children, checks, 1);
    try_foreign_token(children, checks);
    try_lost_capability(children, checks);
    try_lost_end(children, checks);
    try_refused(children, checks);
    try_chain(children, checks);
    try_late_answer(children, checks);
    try_stale_answer(children, checks);
    children.end();
}

} // namespace tests::abi
