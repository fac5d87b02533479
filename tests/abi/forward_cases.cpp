// Servers that pass on what they were asked.
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr u64 kFirst = 0xf1;
constexpr u64 kSecond = 0xf2;
constexpr u16 kNextMethod = 0x8abc;
constexpr u64 kTag = 0x51;
constexpr u64 kPage = 4096;
constexpr Permissions kAll = ::abi::kAllPermissions;

::abi::Submission forward_entry(u64 token, SlotWord to, u64 word) {
    ::abi::Submission entry = ChannelCalls::answer_entry(token, 0, word);
    entry.method = kNextMethod;
    entry.slots = 1;
    entry.slot[0] = to.word();
    return entry;
}

Error forward(Calls& calls, u64 token, SlotWord to, u64 word = 0) {
    return calls.send(forward_entry(token, to, word)).error;
}

Error forward(Calls& calls, u64 token, Handle to, u64 word = 0) { return forward(calls, token, lend(to), word); }

/// Two servers, both of them this thread, and a call that the first one has.
struct Servers {
    explicit Servers(Calls& with) : calls(with), first(with, kFirst), second(with, kSecond) {}

    Completion call(u64 word = 0) {
        first.send(kTag, word);
        return first.take();
    }

    /// Calls, and forwards it to the second one, whose request this is.
    Completion forwarded() {
        forward(calls, call().reply, second.client);
        return second.take();
    }

    void end() {
        first.drop();
        second.drop();
    }

    Calls& calls;
    ChannelCalls first;
    ChannelCalls second;
};

void expect_end(Checks& checks, std::string_view what, const Completion& is, Error error, u64 word = 0) {
    checks.equal(what, "is a result", kind_of(is), CompletionKind::Result);
    checks.equal(what, "tag", is.tag, kTag);
    checks.equal(what, "status", static_cast<Error>(is.status), error);
    checks.equal(what, "payload", is.length == 0 ? 0 : word_of(is), word);
}

void try_one(Calls& calls, Checks& checks) {
    Servers servers(calls);
    const Handle badged =
        calls
            .call(
                servers.second.client, static_cast<u16>(HandleMethod::Derive),
                ::abi::DeriveArguments{.permissions = kAll.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 0xbad6e})
            .handle();
    const Completion request = servers.call(0x11);
    const Permissions some = ::abi::kRead | ::abi::kGrant;
    checks.equal("forward", "a call", forward(calls, request.reply, lend(badged, some), 0x22), kGood);
    const Completion next = servers.second.take();
    checks.equal("forward", "comes as a request", kind_of(next), CompletionKind::Request);
    checks.equal("forward", "tag of the attachment", next.tag, kSecond);
    checks.equal("forward", "method that its server says", next.method, kNextMethod);
    checks.equal("forward", "payload that its server says", word_of(next), 0x22U);
    checks.equal("forward", "length", next.length, 8U);
    checks.equal("forward", "badge of what it went through", next.badge, 0xbad6eU);
    checks.equal("forward", "permissions that were lent", next.status, some.bits);
    checks.that("forward", "has another token",
                next.reply != request.reply && Handle{next.reply}.is_in_space() && Handle{next.reply}.is_reply_token());
    checks.that("forward", "the caller hears nothing", !calls.has_completion());
    checks.equal("forward", "the old token answers nothing", servers.first.answer(request.reply, 1), Error::BadHandle);
    checks.equal("forward", "nor is it forwarded", forward(calls, request.reply, badged), Error::BadHandle);
    checks.equal("forward", "the new one answers", servers.second.answer(next.reply, 0x33), kGood);
    expect_end(checks, "a forwarded call", servers.first.take(), kGood, 0x33);
    checks.equal("forward", "an answered call", forward(calls, next.reply, badged), Error::BadHandle);
    calls.drop(badged);
    servers.end();
}

void try_refusals(Calls& calls, Checks& checks) {
    Servers servers(calls);
    const Handle to = servers.second.client;
    const Completion request = servers.call();
    const Handle token{request.reply};
    const auto expect = [&](std::string_view what, Error is, Error error) { checks.equal("forward", what, is, error); };
    for (u32 off = 1; off < 4; ++off) {
        const u64 forged = Handle::of_reply(token.slot(), token.generation() + off).word();
        expect("a forged token", forward(calls, forged, to), Error::BadHandle);
    }
    expect("the token of no call", forward(calls, Handle::of_reply(Handle::kLargestSlot, 0).word(), to),
           Error::BadHandle);
    expect("to nothing", forward(calls, token.word(), Handle{}), Error::BadHandle);
    expect("to what is no channel", forward(calls, token.word(), calls.root(ObjectKind::Event)), Error::WrongType);
    expect("to a server's end", forward(calls, token.word(), servers.second.server), Error::WrongType);
    const Handle mute = calls.derive(to, ::abi::kDelete | ::abi::kGrant | ::abi::kDelegate);
    expect("to an end that may not call", forward(calls, token.word(), mute), Error::AccessDenied);
    expect("with no right to call lent", forward(calls, token.word(), lend(to, ::abi::kDelete)), Error::AccessDenied);
    const Handle expired = calls.derive(to, kAll, 1);
    expect("to an end that has expired", forward(calls, token.word(), expired), Error::Expired);
    expect("to an end that is given away", forward(calls, token.word(), {to, kAll, SlotMode::Derive}),
           Error::InvalidArgument);
    ::abi::Submission wrong = forward_entry(token.word(), lend(to), 0);
    wrong.slots = 0;
    expect("to nowhere", calls.send(wrong).error, Error::InvalidArgument);
    wrong.slots = 2;
    wrong.slot[1] = wrong.slot[0];
    expect("with a capability", calls.send(wrong).error, Error::InvalidArgument);
    wrong.slots = 1;
    wrong.accept = 1;
    expect("with room for capabilities", calls.send(wrong).error, Error::InvalidArgument);
    wrong.accept = 0;
    wrong.zero = 1;
    expect("malformed", calls.send(wrong).error, Error::InvalidArgument);
    checks.that("forward", "what was refused brings nothing", !calls.has_completion());
    calls.drop(servers.second.server);
    expect("to a closed channel", forward(calls, token.word(), to), Error::PeerClosed);
    expect("to a closed channel, again", forward(calls, token.word(), to), Error::PeerClosed);
    checks.equal("forward", "what was refused is answered", servers.first.answer(token.word(), 7), kGood);
    expect_end(checks, "a call that was not forwarded", servers.first.take(), kGood, 7);
    for (const Handle handle : {mute, expired}) {
        calls.drop(handle);
    }
    servers.end();
}

/// From one to the other and back, and to where it came from.
void try_many_hops(Calls& calls, Checks& checks) {
    constexpr u64 kHops = 32;
    Servers servers(calls);
    Completion request = servers.call();
    u32 good = 0;
    for (u64 hop = 0; hop < kHops; ++hop) {
        ChannelCalls& to = hop % 3 == 0 ? servers.first : servers.second;
        const u64 old = request.reply;
        good += forward(calls, old, to.client, hop) == kGood ? 1 : 0;
        request = to.take();
        good += kind_of(request) == CompletionKind::Request && word_of(request) == hop && request.reply != old ? 1 : 0;
        good += servers.first.answer(old) == Error::BadHandle ? 1 : 0;
    }
    checks.equal("forward", "many times", good, 3 * kHops);
    checks.equal("forward", "many times, then an answer", servers.first.answer(request.reply, 0x77), kGood);
    expect_end(checks, "a call of many servers", servers.first.take(), kGood, 0x77);
    servers.end();
}

/// What the caller takes in an answer goes with its call; what it gave stays with the first server.
void try_capabilities(Calls& calls, Checks& checks) {
    Servers servers(calls);
    const Handle memory = calls.create_memory(kPage);
    ::abi::Submission entry = ChannelCalls::call_entry(servers.first.client, kTag);
    entry.accept = 1;
    entry.slots = 1;
    entry.slot[0] = SlotWord(memory, kAll, SlotMode::Derive).word();
    servers.first.submit(entry);
    const Completion request = servers.first.take();
    forward(calls, request.reply, servers.second.client);
    const Completion next = servers.second.take();
    checks.equal("forward", "brings no capability", next.slots, 0U);
    const Handle received = SlotWord{request.slot[0]}.handle();
    checks.equal("forward", "leaves what came with the first request", calls.call(received, HandleMethod::Null).error,
                 kGood);
    ::abi::Submission answer = ChannelCalls::answer_entry(next.reply, 1);
    answer.slots = 2;
    answer.slot[0] = answer.slot[1] = SlotWord(memory, ::abi::kRead, SlotMode::Derive).word();
    checks.equal("forward", "an answer with too much", calls.send(answer).error, Error::InvalidArgument);
    answer.slots = 1;
    checks.equal("forward", "an answer with what is taken", calls.send(answer).error, kGood);
    const Completion done = servers.first.take();
    checks.equal("forward", "what the answer brought", SlotWord{done.slot[0]}.permissions().bits, ::abi::kRead.bits);
    for (const Handle handle : {received, SlotWord{done.slot[0]}.handle(), memory}) {
        checks.equal("forward", "nothing is lost", calls.drop(handle), kGood);
    }
    servers.end();
}

void put_word(::abi::Submission& entry, base::usize at, u64 word) {
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(word);
    for (base::usize index = 0; index < bytes.size(); ++index) {
        entry.payload.at(at + index) = bytes.at(index);
    }
}

/// A call with a capability and two leases of `memory`: its first page, and its second.
::abi::Submission lending_entry(Handle client, Handle memory) {
    constexpr u64 kWhole = kPage | ::abi::kLeaseRead << ::abi::kLeaseAccessShift;
    ::abi::Submission entry = ChannelCalls::call_entry(client, kTag);
    entry.slots = 3;
    entry.slot[0] = SlotWord(memory, ::abi::kRead, SlotMode::Derive).word();
    entry.slot[1] = entry.slot[2] = lend(memory, ::abi::kRead).word();
    put_word(entry, 48, 0);
    put_word(entry, 56, kWhole);
    put_word(entry, 32, kPage);
    put_word(entry, 40, kWhole);
    return entry;
}

Outcome copy_lent(Calls& calls, u64 token, u64 lease, Handle to) {
    return calls.call(
        calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::CopyLent),
        ::abi::CopyLentArguments{.token = token, .lease = lease, .lease_offset = 0, .offset = lease * 8, .bytes = 8},
        lend(to));
}

void try_leases_of(Calls& calls, Checks& checks) {
    Servers servers(calls);
    const Handle theirs = calls.create_memory(2 * kPage);
    const Handle ours = calls.create_memory(kPage);
    calls.write_word(theirs, 0, 0xa0);
    calls.write_word(theirs, kPage, 0xa1);
    servers.first.submit(lending_entry(servers.first.client, theirs));
    const Completion request = servers.first.take();
    calls.drop(SlotWord{request.slot[0]}.handle());
    ::abi::Submission entry = forward_entry(request.reply, lend(servers.second.client), 0xb0);
    entry.length = 33;
    checks.equal("forward", "with a payload over what is lent", calls.send(entry).error, Error::InvalidArgument);
    entry.length = 32;
    put_word(entry, 48, 0x1234);
    checks.equal("forward", "a call that lends", calls.send(entry).error, kGood);
    const Completion next = servers.second.take();
    checks.equal("forward", "its leases come", next.slots, 2U);
    checks.equal("forward", "as such", static_cast<u64>(SlotWord{next.slot[1]}.mode()),
                 static_cast<u64>(SlotMode::Lend));
    checks.equal("forward", "its server's payload with them", word_of(next), 0xb0U);
    checks.equal("copy_lent", "by the old token", copy_lent(calls, request.reply, 0, ours).error, Error::BadHandle);
    for (u64 lease = 0; lease < 2; ++lease) {
        checks.equal("copy_lent", "of a forwarded call", copy_lent(calls, next.reply, lease, ours).error, kGood);
        checks.equal("copy_lent", "what its caller lent", calls.read_word(ours, lease * 8), 0xa0 + lease);
    }
    servers.second.answer(next.reply);
    checks.equal("copy_lent", "after the answer", copy_lent(calls, next.reply, 0, ours).error, Error::BadHandle);
    servers.first.take();
    calls.drop(theirs);
    calls.drop(ours);
    servers.end();
}

void try_caller_gives_up(Calls& calls, Checks& checks) {
    Servers servers(calls);
    const Completion delivered = servers.forwarded();
    checks.equal("cancel", "a forwarded call", calls.cancel(kTag), 1U);
    expect_end(checks, "a forwarded call that was cancelled", servers.first.take(), Error::Cancelled);
    checks.equal("forward", "what was cancelled", forward(calls, delivered.reply, servers.first.client),
                 Error::BadHandle);
    servers.second.detach(servers.second.server);
    checks.equal("forward", "to where nobody is attached", forward(calls, servers.call().reply, servers.second.client),
                 kGood);
    checks.that("forward", "waits", !calls.has_completion());
    checks.equal("cancel", "a forwarded call that waits", calls.cancel(kTag), 1U);
    expect_end(checks, "a waiting call that was cancelled", servers.first.take(), Error::Cancelled);
    servers.second.attach(servers.second.server, kSecond);
    checks.that("a cancelled call", "is not delivered", !calls.has_completion());
    constexpr u64 kSoon = 20'000'000;
    ::abi::Submission entry = ChannelCalls::call_entry(servers.first.client, kTag);
    entry.deadline =
        calls.call(calls.root(ObjectKind::Machine), method_of(ObjectKind::Machine, ::abi::MachineMethod::Clock))
            .answer<u64>() +
        kSoon;
    servers.first.submit(entry);
    forward(calls, servers.first.take().reply, servers.second.client);
    const Completion late = servers.second.take();
    calls.wait();
    expect_end(checks, "a forwarded call whose time is over", servers.first.take(), Error::TimedOut);
    checks.equal("answer", "after the deadline of a forwarded call", servers.second.answer(late.reply),
                 Error::BadHandle);
    servers.end();
}

/// Which server is gone matters only if it has the call.
void try_ends_close(Calls& calls, Checks& checks) {
    {
        Servers servers(calls);
        const Completion next = servers.forwarded();
        calls.drop(servers.first.server);
        checks.that("the first server's end", "ends nothing that went on", !calls.has_completion());
        checks.equal("answer", "when the first server is gone", servers.second.answer(next.reply, 3), kGood);
        expect_end(checks, "a call whose first server is gone", servers.first.take(), kGood, 3);
        servers.end();
    }
    Servers servers(calls);
    servers.forwarded();
    calls.drop(servers.second.server);
    calls.wait();
    expect_end(checks, "a call whose second server is gone", servers.first.take(), Error::PeerClosed);
    servers.end();
}

/// A child whose ring has room for one request, and a channel that is attached to it.
struct ServingChild {
    ServingChild(Children& with, Routine routine) : children(with), channel(with.calls(), 0), child(with.create()) {
        const Outcome made = children.create_ring(child);
        ring = made.handle();
        children.calls().call(ring, method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                              ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(channel.server));
        thread = children.start(child, {.routine = routine, .first = made.answer<u64>()}, ring);
    }

    void kill() {
        children.kill(child);
        children.wait(child);
        children.calls().drop(thread);
        children.calls().drop(ring);
        children.drop(child);
    }

    Children& children;
    ChannelCalls channel;
    Child child;
    Handle ring{};
    Handle thread{};
};

void try_other_processes(Calls& calls, Checks& checks) {
    constexpr u64 kCalls = 20;
    Children children(calls);
    ChannelCalls front(calls, kFirst);
    ServingChild echo(children, Routine::Serve);
    u32 good = 0;
    for (u64 i = 0; i < kCalls; ++i) {
        front.send(kTag);
        good += forward(calls, front.take().reply, echo.channel.client, i) == kGood ? 1 : 0;
        calls.wait();
        const Completion done = front.take();
        good += done.tag == kTag && done.status == 0 && word_of(done) == i ? 1 : 0;
    }
    checks.equal("forward", "to another process, which answers", good, 2 * kCalls);
    echo.kill();
    echo.channel.drop();

    ServingChild mute(children, Routine::Park);
    front.send(kTag);
    const u64 given = front.take().reply;
    checks.equal("forward", "to a process that sleeps", forward(calls, given, mute.channel.client), kGood);
    front.send(kTag + 1);
    checks.equal("forward", "to a ring that is full", forward(calls, front.take().reply, mute.channel.client, 9),
                 kGood);
    checks.equal("answer", "what another process has", front.answer(given), Error::BadHandle);
    mute.kill();
    calls.wait();
    expect_end(checks, "a call whose server died", front.take(), Error::PeerClosed);
    checks.that("a forwarded call", "that waits outlives the server", !calls.has_completion());
    mute.channel.attach(mute.channel.server, kSecond);
    const Completion waited = mute.channel.take();
    checks.equal("a forwarded call", "that waited comes to the next one", waited.tag, kSecond);
    checks.equal("a forwarded call", "that waited brings its payload", word_of(waited), 9U);
    checks.equal("a forwarded call", "that waited is answered", mute.channel.answer(waited.reply), kGood);
    checks.equal("a forwarded call", "that waited is over", front.take().tag, kTag + 1);
    mute.channel.drop();
    front.drop();
    children.end();
}

} // namespace

void try_forwarding(Calls& calls, Checks& checks) {
    try_one(calls, checks);
    try_refusals(calls, checks);
    try_many_hops(calls, checks);
    try_capabilities(calls, checks);
    try_leases_of(calls, checks);
    try_caller_gives_up(calls, checks);
    try_ends_close(calls, checks);
    try_other_processes(calls, checks);
}

} // namespace tests::abi
