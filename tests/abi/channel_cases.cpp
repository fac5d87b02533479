#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/channel_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::Completion;
using ::abi::CompletionKind;
using ::abi::kDelegate;
using ::abi::kExecute;
using ::abi::kGrant;
using ::abi::kRead;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr u16 status_of(Error error) { return static_cast<u16>(error); }

void expect_result(Checks& checks, std::string_view what, const Completion& is, u64 tag, Error error, u64 word = 0) {
    checks.equal(what, "is a result", kind_of(is), CompletionKind::Result);
    checks.equal(what, "tag", is.tag, tag);
    checks.equal(what, "status", is.status, status_of(error));
    if (error == kGood) {
        checks.equal(what, "payload", word_of(is), word);
    }
}

void try_call(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    channel.send(1, 0xabc);
    const Completion request = channel.take();
    checks.equal("call", "arrives as a request", kind_of(request), CompletionKind::Request);
    checks.equal("call", "method", request.method, kMethod);
    checks.equal("call", "tag of the attachment", request.tag, kServerTag);
    checks.equal("call", "permissions", request.status, ::abi::kAllPermissions.bits);
    checks.equal("call", "badge", request.badge, 0U);
    checks.equal("call", "payload", word_of(request), 0xabcU);
    checks.equal("call", "length", request.length, 8U);
    checks.that("call", "has a token", Handle{request.reply}.is_in_space() && Handle{request.reply}.is_reply_token());
    checks.that("call", "has no result yet", !calls.has_completion());
    checks.equal("answer", "a call", channel.answer(request.reply, 0xdef), kGood);
    expect_result(checks, "answered call", channel.take(), 1, kGood, 0xdef);
    checks.equal("answer", "twice", channel.answer(request.reply), Error::BadHandle);
    const Handle token{request.reply};
    checks.equal("answer", "with the token that comes next",
                 channel.answer(Handle::of_reply(token.slot(), token.generation() + 1).word()), Error::BadHandle);
    checks.equal("answer", "where never a call was", channel.answer(Handle::of_reply(Handle::kLargestSlot, 0).word()),
                 Error::BadHandle);
    ::abi::Submission failing = ChannelCalls::call_entry(channel.client, 2);
    channel.submit(failing);
    failing = ChannelCalls::answer_entry(channel.take().reply, 3);
    failing.method = 300;
    channel.submit(failing);
    const Completion failed = channel.take();
    checks.equal("answer", "with a failure of the protocol", failed.status, 300U);
    checks.equal("answer", "has a result of its own", channel.take().tag, 3U);
    channel.drop();
}

void try_one_way(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    ::abi::Submission entry = ChannelCalls::call_entry(channel.client, 1, 77);
    entry.flags = static_cast<u16>(::abi::SubmissionFlag::Quiet);
    channel.submit(entry);
    const Completion request = channel.take();
    checks.equal("one way", "arrives", word_of(request), 77U);
    checks.equal("one way", "has no token", request.reply, 0U);
    checks.that("one way", "has no result", !calls.has_completion());
    checks.equal("one way", "detached", channel.detach(channel.server), kGood);
    channel.submit(entry);
    checks.that("one way", "waits", !calls.has_completion());
    checks.equal("one way", "attached again", channel.attach(channel.server, 5), kGood);
    checks.equal("one way", "arrives then", channel.take().tag, 5U);
    checks.that("one way", "has no result either", !calls.has_completion());
    channel.drop();
}

void try_permissions_of_client(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    const auto error_of = [&](Handle client) {
        channel.submit(ChannelCalls::call_entry(client, 9));
        const Completion done = channel.take();
        return kind_of(done) == CompletionKind::Request ? kGood : static_cast<Error>(done.status);
    };
    const Handle none = calls.derive(channel.client, kGrant | kDelegate);
    checks.equal("call", "without a permission to call", error_of(none), Error::AccessDenied);
    checks.equal("call", "of a server's end", error_of(channel.server), Error::WrongType);
    const Handle expired = calls.derive(channel.client, kRead, 1);
    checks.equal("call", "of an end that has expired", error_of(expired), Error::Expired);
    const Outcome badged = calls.call(
        channel.client, static_cast<u16>(HandleMethod::Derive),
        ::abi::DeriveArguments{.permissions = kExecute.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 0xbad6e});
    channel.submit(ChannelCalls::call_entry(badged.handle(), 4));
    const Completion request = channel.take();
    checks.equal("call", "tells the caller's permissions", request.status, kExecute.bits);
    checks.equal("call", "tells the badge", request.badge, 0xbad6eU);
    checks.equal("answer", "a badged call", channel.answer(request.reply), kGood);
    expect_result(checks, "badged call", channel.take(), 4, kGood);
    ::abi::Submission wrong = ChannelCalls::call_entry(channel.client, 6);
    wrong.zero = 1;
    channel.submit(wrong);
    expect_result(checks, "malformed call", channel.take(), 6, Error::InvalidArgument);
    for (const Handle handle : {none, expired, badged.handle()}) {
        checks.equal("client's end", "is dropped", calls.drop(handle), kGood);
    }
    channel.drop();
}

void try_window(Calls& calls, Checks& checks) {
    constexpr u64 kCalls = 40;
    constexpr u64 kWindow = 32;
    ChannelCalls first(calls, 0x10);
    ChannelCalls second(calls, 0x20);
    for (u64 i = 0; i < kCalls; ++i) {
        first.send(i, i);
    }
    second.send(100, 100);
    second.send(101, 101);
    std::array<Completion, kCalls + 2> requests;
    base::usize count = 0;
    const auto take_all = [&] {
        while (calls.has_completion()) {
            requests.at(count++) = first.take();
        }
    };
    take_all();
    checks.equal("window", "is not exceeded", count, kWindow);
    sdk::runtime::submit(0, 0);
    take_all();
    checks.equal("window", "all arrive", count, kCalls + 2);
    checks.equal("window", "each source in its turn", requests.at(kWindow + 1).tag, 0x20U);
    checks.equal("window", "and again", requests.at(kWindow + 3).tag, 0x20U);
    bool in_order = true;
    u64 next = 0;
    u32 answered = 0;
    for (const Completion& request : requests) {
        in_order = in_order && (request.tag == 0x20 || word_of(request) == next++);
        answered += first.answer(request.reply, word_of(request)) == kGood ? 1 : 0;
    }
    checks.that("window", "in the order in which they were sent", in_order);
    checks.equal("window", "all are answered", answered, kCalls + 2);
    first.drop();
    second.drop();
}

void try_deadlines(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    ::abi::Submission entry = ChannelCalls::call_entry(channel.client, 11);
    entry.deadline = 1;
    channel.submit(entry);
    const Completion request = channel.take();
    checks.equal("deadline", "the call is delivered", kind_of(request), CompletionKind::Request);
    calls.wait();
    expect_result(checks, "call whose deadline passed", channel.take(), 11, Error::TimedOut);
    checks.equal("answer", "after the deadline", channel.answer(request.reply), Error::BadHandle);
    checks.equal("deadline", "detach", channel.detach(channel.server), kGood);
    channel.submit(entry);
    calls.wait();
    expect_result(checks, "call that waited until its deadline", channel.take(), 11, Error::TimedOut);
    // The same record, answered before its time: nothing comes later.
    checks.equal("deadline", "attach", channel.attach(channel.server, 1), kGood);
    entry.deadline = 1'000'000'000'000;
    channel.submit(entry);
    checks.equal("answer", "before the deadline", channel.answer(channel.take().reply, 5), kGood);
    expect_result(checks, "call with a deadline", channel.take(), 11, kGood, 5);
    channel.drop();
}

u64 cancel(Calls& calls, ChannelCalls& channel, u64 tag) {
    ::abi::Submission entry =
        Calls::entry(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Cancel));
    entry.length = sizeof(u64);
    entry.tag = 0xca;
    entry.payload.at(0) = static_cast<u8>(tag);
    channel.submit(entry);
    u64 cancelled = ~u64{0};
    while (calls.has_completion()) {
        const Completion done = channel.take();
        if (done.tag == 0xca) {
            cancelled = word_of(done);
        }
    }
    return cancelled;
}

void try_cancel(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls, 0);
    for (const u64 tag : {u64{21}, u64{22}, u64{21}}) {
        channel.send(tag);
    }
    checks.equal("cancel", "both calls with the tag", cancel(calls, channel, 21), 2U);
    checks.equal("cancel", "again", cancel(calls, channel, 21), 0U);
    checks.equal("cancel", "attach", channel.attach(channel.server, 7), kGood);
    const Completion request = channel.take();
    checks.equal("cancel", "leaves the others", kind_of(request), CompletionKind::Request);
    checks.equal("cancel", "one that was delivered", cancel(calls, channel, 22), 1U);
    checks.equal("answer", "what was cancelled", channel.answer(request.reply), Error::BadHandle);
    channel.send(23);
    ::abi::Submission entry =
        Calls::entry(calls.root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Cancel));
    entry.length = sizeof(u64);
    entry.payload.at(0) = 23;
    entry.tag = 1;
    const u64 token = channel.take().reply;
    channel.submit(entry);
    expect_result(checks, "cancelled call", channel.take(), 23, Error::Cancelled);
    expect_result(checks, "cancel", channel.take(), 1, kGood, 1);
    checks.equal("answer", "a cancelled call", channel.answer(token), Error::BadHandle);
    channel.drop();
}

void try_close(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls);
    channel.send(31);
    const u64 token = channel.take().reply;
    checks.equal("close", "detach", channel.detach(channel.server), kGood);
    channel.send(32);
    checks.equal("close", "the client attaches", channel.attach(channel.client, 0xc1), kGood);
    checks.equal("close", "the server", calls.drop(channel.server), kGood);
    u32 closed_calls = 0;
    u32 notices = 0;
    while (closed_calls + notices < 3) {
        calls.wait();
        const Completion done = channel.take();
        const bool is_closed = done.status == status_of(Error::PeerClosed);
        closed_calls += is_closed && kind_of(done) == CompletionKind::Result && done.tag / 10 == 3 ? 1 : 0;
        notices += is_closed && kind_of(done) == CompletionKind::Notice && done.tag == 0xc1 ? 1 : 0;
    }
    checks.equal("close", "each call has its result", closed_calls, 2U);
    checks.equal("close", "the client hears of it once", notices, 1U);
    checks.equal("answer", "after the end was closed", channel.answer(token), Error::BadHandle);
    channel.send(33);
    expect_result(checks, "call of a closed channel", channel.take(), 33, Error::PeerClosed);
    channel.drop();
}

void try_client_gone(Calls& calls, Checks& checks) {
    ChannelCalls channel(calls, 0);
    const Handle second = calls.derive(channel.client, ::abi::kAllPermissions);
    channel.send(41);
    calls.drop(channel.client);
    checks.equal("close", "attach", channel.attach(channel.server, 4), kGood);
    const Completion request = channel.take();
    checks.equal("close", "calls of who is gone arrive", kind_of(request), CompletionKind::Request);
    checks.that("close", "another client is left", !calls.has_completion());
    calls.drop(second);
    const Completion notice = channel.take();
    checks.equal("close", "the last client's end", kind_of(notice), CompletionKind::Notice);
    checks.equal("close", "tells", notice.status, status_of(Error::PeerClosed));
    checks.equal("close", "with its tag", notice.tag, 4U);
    checks.equal("answer", "a client that gave its end back", channel.answer(request.reply, 6), kGood);
    expect_result(checks, "call after its end was given back", channel.take(), 41, kGood, 6);
    channel.drop();
}

} // namespace

void try_channels(Calls& calls, Checks& checks) {
    try_call(calls, checks);
    try_one_way(calls, checks);
    try_permissions_of_client(calls, checks);
    try_window(calls, checks);
    try_deadlines(calls, checks);
    try_cancel(calls, checks);
    try_close(calls, checks);
    try_client_gone(calls, checks);
}

} // namespace tests::abi
