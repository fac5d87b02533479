// Calls that their callers give up, and servers that hear of it.
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/channel_calls.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;

constexpr u64 kTag = 0x61;
constexpr auto kTell = static_cast<u16>(::abi::SubmissionFlag::TellServer);

::abi::Submission telling_entry(Handle client, u64 tag = kTag) {
    ::abi::Submission entry = ChannelCalls::call_entry(client, tag);
    entry.flags = kTell;
    return entry;
}

void expect_told(Checks& checks, std::string_view what, const Completion& is, u64 token, u64 badge = 0) {
    checks.equal(what, "by a notice", kind_of(is), CompletionKind::Notice);
    checks.equal(what, "that says so", static_cast<Error>(is.status), Error::Cancelled);
    checks.equal(what, "with the attachment's tag", is.tag, kServerTag);
    checks.equal(what, "with the token", is.reply, token);
    checks.equal(what, "with the badge", is.badge, badge);
    checks.equal(what, "with nothing else", u32{is.length} + is.slots + is.method, 0U);
}

void try_told(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const Handle badged =
        calls
            .call(channel.client, static_cast<u16>(HandleMethod::Derive),
                  ::abi::DeriveArguments{
                      .permissions = ::abi::kRead.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 0xbad6e})
            .handle();
    channel.submit(telling_entry(badged));
    const u64 token = channel.take().reply;
    checks.equal("cancel", "a call that tells its server", calls.cancel(kTag), 1U);
    const Completion done = channel.take();
    checks.equal("a given up call", "has its result", done.tag, kTag);
    checks.equal("a given up call", "which says so", static_cast<Error>(done.status), Error::Cancelled);
    expect_told(checks, "a server hears of it", channel.take(), token, 0xbad6e);
    checks.that("a given up call", "is told once", !calls.has_completion());
    checks.equal("answer", "what was given up", channel.answer(token), Error::BadHandle);
    checks.equal("cancel", "what was given up", calls.cancel(kTag), 0U);
    ::abi::Submission late = telling_entry(channel.client);
    late.deadline = 1;
    channel.submit(late);
    const u64 second = channel.take().reply;
    calls.wait();
    checks.equal("a late call", "has its result", static_cast<Error>(channel.take().status), Error::TimedOut);
    expect_told(checks, "a server hears of a late one", channel.take(), second);
    calls.drop(badged);
    channel.drop();
}

void try_not_told(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    channel.submit(telling_entry(channel.client));
    checks.equal("answer", "a call that would tell", channel.answer(channel.take().reply, 5), kGood);
    checks.equal("an answered call", "has its answer", word_of(channel.take()), 5U);
    channel.send(kTag);
    channel.take();
    calls.cancel(kTag);
    checks.equal("a call without the flag", "is cancelled", channel.take().tag, kTag);
    channel.detach(channel.server);
    channel.submit(telling_entry(channel.client));
    checks.equal("cancel", "before it was delivered", calls.cancel(kTag), 1U);
    channel.take();
    channel.attach(channel.server, kServerTag);
    checks.that("what was never delivered", "is not told", !calls.has_completion());
    channel.submit(telling_entry(channel.client));
    channel.take();
    calls.drop(channel.server);
    calls.wait();
    checks.equal("a closed server", "ends the call", static_cast<Error>(channel.take().status), Error::PeerClosed);
    checks.that("a closed server", "hears nothing", !calls.has_completion());
    channel.drop();
}

void try_forwarded(Calls& calls, Checks& checks) {
    ChannelCalls first(calls, 0x71);
    ChannelCalls second(calls);
    first.submit(telling_entry(first.client));
    ::abi::Submission forward = ChannelCalls::answer_entry(first.take().reply, 0);
    forward.method = kMethod;
    forward.slots = 1;
    forward.slot[0] = lend(second.client).word();
    calls.send(forward);
    const u64 token = second.take().reply;
    checks.equal("cancel", "a forwarded call that tells", calls.cancel(kTag), 1U);
    first.take();
    expect_told(checks, "who has a forwarded call hears of it", first.take(), token);
    checks.that("who has it no more", "hears nothing", !calls.has_completion());
    first.drop();
    second.drop();
}

::abi::Submission attach_entry(Calls& calls, Handle server) {
    ::abi::Submission entry =
        Calls::with(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
                    ::abi::AttachArguments{.tag = kServerTag, .mask = 0, .flags = 0});
    entry.slots = 1;
    entry.slot[0] = lend(server).word();
    return entry;
}

/// As many as results have places may wait to be told, and each is told in the end.
void try_many(Calls& calls, Checks& checks) {
    constexpr u32 kWindow = 32;
    const u32 most = calls.ring().completions() - kWindow;
    ChannelCalls channel(calls);
    ChannelCalls other(calls);
    // One place is for what cancels them.
    for (u32 i = 0; i + 1 < most; ++i) {
        channel.submit(telling_entry(channel.client));
        checks.that("many calls", "arrive", kind_of(channel.take()) == CompletionKind::Request);
    }
    channel.detach(channel.server);
    checks.equal("cancel", "many calls", calls.cancel(kTag), most - 1);
    u32 given_up = 0;
    for (; calls.has_completion(); ++given_up) {
        channel.take();
    }
    checks.equal("given up calls", "have their results", given_up, most - 1);
    other.submit(telling_entry(other.client));
    other.take();
    other.detach(other.server);
    checks.equal("cancel", "one more", calls.cancel(kTag), 1U);
    other.take();
    ::abi::Submission& place = calls.ring().next();
    place = telling_entry(channel.client);
    calls.ring().add();
    checks.equal("submit", "one more while all these are to be told", sdk::runtime::submit(1, 0), 0U);
    // It was not taken: something else may stand there.
    place = attach_entry(calls, channel.server);
    checks.equal("submit", "what has them told", sdk::runtime::submit(1, 0), 1U);
    u32 told = 0;
    for (u32 round = 0; round < most && told < most - 1; ++round) {
        while (calls.has_completion()) {
            told += kind_of(channel.take()) == CompletionKind::Notice ? 1 : 0;
        }
        sdk::runtime::submit(0, 0);
    }
    checks.equal("given up calls", "are all told", told, most - 1);
    channel.submit(telling_entry(channel.client));
    checks.equal("a call", "is taken again", channel.answer(channel.take().reply), kGood);
    other.drop();
    channel.drop();
}

/// A server without room is told later; one that never had the call is not.
void try_other_process(Calls& calls, Checks& checks) {
    Children children(calls);
    const Child child = children.create();
    const Outcome ring = children.create_ring(child);
    ChannelCalls channel(calls, 0);
    calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(channel.server));
    // Its window of one is full with the first.
    channel.submit(telling_entry(channel.client));
    checks.equal("cancel", "what a full server has", calls.cancel(kTag), 1U);
    checks.equal("a given up call", "of a full server is over", channel.take().tag, kTag);
    checks.equal("attach", "to another process", channel.attach(channel.server, kServerTag), kGood);
    checks.that("another process", "is not told", !calls.has_completion());
    channel.submit(telling_entry(channel.client));
    const u64 token = channel.take().reply;
    checks.that("another process", "has calls of its own", token != 0);
    calls.cancel(kTag);
    channel.take();
    expect_told(checks, "another process hears of its own", channel.take(), token);
    calls.call(ring.handle(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 5, .mask = 0, .flags = 0}, lend(channel.server));
    children.kill(child);
    children.wait(child);
    calls.drop(ring.handle());
    children.drop(child);
    channel.drop();
    children.end();
}

} // namespace

void try_giving_up(Calls& calls, Checks& checks) {
    try_told(calls, checks);
    try_not_told(calls, checks);
    try_forwarded(calls, checks);
    try_many(calls, checks);
    try_other_process(calls, checks);
}

} // namespace tests::abi
